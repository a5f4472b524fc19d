# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    account_move,
    magento_backend,
    magento_binding,
    magento_document,
    magento_store,
    product,
    res_partner,
    sale_order,
    stock_picking,
)
