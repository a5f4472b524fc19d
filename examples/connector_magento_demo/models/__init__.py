# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import magento_backend, magento_binding, magento_document, our_records
