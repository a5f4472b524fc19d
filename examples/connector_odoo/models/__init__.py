# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import odoo_backend
from . import odoo_backend_import
from . import odoo_import_kind
from . import odoo_binding
from . import res_country
from . import res_partner
from . import queue_job
