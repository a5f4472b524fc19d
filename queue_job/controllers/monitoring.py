# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What monitors ask: figures and a sign of life. Closed unless a token is configured."""

from __future__ import annotations

import hmac

from werkzeug.exceptions import NotFound, Unauthorized

from odoo import http
from odoo.http import request

from ..engine import configuration, metrics
from ..store import cron, databases
from ..store.clock import LEASE_SECONDS

_NO_STORE = [("Cache-Control", "no-store")]


class MonitoringController(http.Controller):
    """No session and no user: monitors have neither. Not read-only: a replica lags, and
    says of itself that no jobs can run there. Where a server has several
    databases they name theirs in the header ``X-Odoo-Database``."""

    @http.route("/queue_job/metrics", type="http", auth="none", methods=["GET"], readonly=False)
    def metrics(self, **_params):
        """Figures in Prometheus' text format.

        :raises NotFound: no token is configured on this server
        :raises Unauthorized: another one was sent
        """
        _check_token()
        try:
            text = metrics.text(request.env.cr)
        except ImportError:
            return _answer(501, "The Python package prometheus_client is not installed.\n")
        return request.make_response(text, [("Content-Type", metrics.CONTENT_TYPE), *_NO_STORE])

    @http.route("/queue_job/health", type="http", auth="none", methods=["GET"], readonly=False)
    def health(self, **_params):
        """200 while jobs of this database can run, 503 with the reason when they can't.

        A job server's beat is written by the loop that claims: where that loop stands
        still, the beats end.

        :raises NotFound: no token is configured on this server
        :raises Unauthorized: another one was sent
        """
        _check_token()
        cr = request.env.cr
        if reason := databases.why_not_ready(cr):
            return _answer(503, f"no jobs are run: {reason}\n")
        alive = databases.living_runners(cr, lease_seconds=LEASE_SECONDS)
        if not alive and not cron.is_active(cr):
            return _answer(503, f"no job server has given a sign of life for {LEASE_SECONDS} s\n")
        return _answer(200, "ok\n")


def _check_token() -> None:
    """Let nobody in but those who know the token, in a header and never in the address,
    which ends up in logs."""
    token = configuration.current().metrics_token
    if not token:
        raise NotFound
    sent = request.httprequest.headers.get("Authorization", "")
    if not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise Unauthorized("Send the header: Authorization: Bearer <metrics_token>")


def _answer(status: int, text: str):
    return request.make_response(
        text, [("Content-Type", "text/plain; charset=utf-8"), *_NO_STORE], status=status
    )
