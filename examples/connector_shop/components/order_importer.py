# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent

#: What an order's state in the shop means here.
CONFIRMED = "confirmed"
#: ... it is confirmed, and has left the shop before we knew of it.
DELIVERED = "delivered"
CANCELLED = "cancelled"


class ShopOrderImporter(AbstractComponent):
    """Creates an order once; later imports follow its state in the shop.

    To be overridden: ``_shop_total``, ``_shop_state``.
    """

    _name = "shop.order.importer"
    _inherit = "shop.record.importer"

    #: difference of two totals that is no rounding
    _total_tolerance = 0.05

    def _shop_total(self) -> float:
        """Read what the customer paid, with taxes."""
        raise NotImplementedError

    def _shop_state(self) -> str | None:
        """Tell what is due for the state of the order: one of this file's, ``None`` for nothing."""
        raise NotImplementedError

    def _set_up(self, external_id, force: bool = False) -> None:
        super()._set_up(external_id, force=force)
        self._is_new = False

    def _create_data(self, map_record, **kwargs) -> dict:
        self._is_new = True
        return super()._create_data(map_record, **kwargs)

    def _after_import(self, binding) -> None:
        super()._after_import(binding)
        order = binding.odoo_id.with_company(self.backend_record.company_id)
        if self._is_new:
            self._check_total(order)
        state = self._shop_state()
        if state == CANCELLED:
            self._cancel(order)
        elif state in (CONFIRMED, DELIVERED) and self.backend_record.confirm_orders:
            self._confirm(order, delivered=state == DELIVERED)

    def _check_total(self, order) -> None:
        """Ask for a review of an order whose sum is not what the shop says."""
        total = self._shop_total()
        if abs(order.amount_total - total) >= self._total_tolerance:
            reason = self.env._(
                "The total is %(ours)s here, and %(theirs)s in the shop.",
                ours=order.currency_id.format(order.amount_total),
                theirs=order.currency_id.format(total),
            )
            self.backend_record.add_checkpoint(order, reason=reason)

    def _confirm(self, order, delivered: bool) -> None:
        """Confirm an order, unless that was done before."""
        if order.state not in ("draft", "sent"):
            return
        date = order.date_order
        order.action_confirm()
        # Odoo takes the time of the confirmation for it.
        order.date_order = date
        if delivered:
            order.picking_ids.action_cancel()

    def _cancel(self, order) -> None:
        """Cancel an order, unless something has been done for it."""
        if order.state == "cancel":
            return
        done = "done" in order.picking_ids.mapped("state")
        if done or "posted" in order.invoice_ids.mapped("state") or order.locked:
            reason = self.env._("It was cancelled in the shop, but something is done for it here.")
            self.backend_record.add_checkpoint(order, reason=reason)
        else:
            order._action_cancel()
