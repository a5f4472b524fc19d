# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    odoo_backend,
    odoo_backend_import,
    odoo_binding,
    odoo_import_kind,
    queue_job,
    res_country,
    res_partner,
)
