# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component


class MagentoBase(AbstractComponent):
    """Mixed into all our components: they work for backends of ``magento.backend`` only.

    What an adapter of either version has for the others, by model:

    ======================== =======================================================================
    all that are imported    ``search(filters)`` or ``search_page(filters, page, limit)``, with
                             ``from_date`` as the only filter; ``read(external_id)``, which returns
                             a dictionary of ``records``
    products                 ``write_stock(binding, quantity)``
    invoices and shipments   ``create(data)``, which returns the id; ``find(order, comment)``
    shipments                ``add_track(external_id, order, number, title)``
    ======================== =======================================================================

    External ids are texts everywhere.
    """

    _name = "magento.base"
    _inherit = "base.connector"
    _collection = "magento.backend"


class MagentoBinder(Component):
    _name = "magento.binder"
    _inherit = ["base.binder", "magento.base"]
