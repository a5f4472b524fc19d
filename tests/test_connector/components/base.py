# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend


class TestBase(AbstractComponent):
    _name = "test.connector.base"
    _inherit = "base.connector"
    _collection = "test.connector.backend"


class Shop(dict):
    """The other system: model -> id -> record, with a log of what was asked of it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.calls = []

    def records(self, model):
        """Return the records of a model, by id."""
        return self.setdefault(model, {})


#: name of a backend -> its shop
SHOPS = {}


class TestAdapter(Component):
    """Speaks with a shop in memory: what is tested is all that lies behind an adapter."""

    _name = "test.connector.adapter"
    _inherit = ["base.backend.adapter.crud", "test.connector.base"]

    @property
    def shop(self):
        return SHOPS.setdefault(self.backend_record.name, Shop())

    @property
    def records(self):
        return self.shop.records(self.model._name)

    def search(self, filters=None):
        self.shop.calls.append(("search", filters))
        prefix = (filters or {}).get("prefix", "")
        return [key for key in sorted(self.records) if str(key).startswith(prefix)]

    def read(self, external_id):
        self.shop.calls.append(("read", external_id))
        hook = self.shop.get("on_read")
        if hook:
            hook(external_id)
        if external_id not in self.records:
            raise IDMissingInBackend(f"No record {external_id}")
        return dict(self.records[external_id])

    def create(self, data):
        external_id = f"new{len(self.records) + 1}"
        self.shop.calls.append(("create", data))
        self.records[external_id] = dict(data)
        return external_id

    def write(self, external_id, data):
        self.shop.calls.append(("write", external_id, data))
        if external_id not in self.records:
            raise IDMissingInBackend(f"No record {external_id}")
        self.records[external_id].update(data)

    def delete(self, external_id):
        self.shop.calls.append(("delete", external_id))
        if self.records.pop(external_id, None) is None:
            raise IDMissingInBackend(f"No record {external_id}")


class TestBinder(Component):
    _name = "test.connector.binder"
    _inherit = ["base.binder", "test.connector.base"]


class TestOwnNamesBinder(Component):
    _name = "test.connector.own.binder"
    _inherit = "test.connector.binder"
    _apply_on = "test.connector.own.binding"
    _external_field = "shop_code"
    _backend_field = "shop_id"
    _odoo_field = "record_id"
    _sync_date_field = "shop_date"
