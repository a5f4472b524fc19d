# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Backends that are found at a web address."""

from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConnectorBackendUrl(models.AbstractModel):
    """Inherit from it instead of ``connector.backend.status`` for a system that speaks HTTP.

    It has the address that adapters over HTTP use, and refuses one that can't be right, or that
    would show credentials to everybody.
    """

    _name = "connector.backend.url"
    _inherit = ["connector.backend.status"]
    _description = "Connector Backend with a Web Address"
    _listed_fields = ("url",)

    url = fields.Char(string="Address", required=True)

    @api.constrains("url")
    def _check_url(self):
        for backend in self:
            parts = urlsplit(backend.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValidationError(
                    self.env._(
                        "%s is no web address: it starts with http:// or https://.", backend.url
                    )
                )
            if parts.username or parts.password:
                # The address is shown to everybody and ends up in error messages.
                raise ValidationError(
                    self.env._("Don't write a name, password or key in the address.")
                )
