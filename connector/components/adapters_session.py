# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters for systems where one has to log in first."""

import hashlib
from collections.abc import Callable

from odoo.addons.component.core import AbstractComponent

from ..exception import FailedJobError, RetryableJobError

#: What the systems gave us at log-in, kept by each process: or half of all requests were log-ins.
sessions = {}


class SessionAdapter(AbstractComponent):
    """Logs in as needed: before the first request, and when the other system has forgotten us.

    To be overridden: ``_session_parts``, ``_log_in``, ``_is_logged_out``. Requests that need a
    session go through :meth:`_in_session`.
    """

    _name = "base.session.adapter"
    _inherit = "base.http.adapter"

    def _session_parts(self) -> tuple[str, ...]:
        """Return what a session depends on: the credentials. Others are another session."""
        raise NotImplementedError

    def _log_in(self):
        """Log in.

        :return: what later requests need, such as a token
        """
        raise NotImplementedError

    def _is_logged_out(self, error: Exception) -> bool:
        """Tell whether an error means that the session is over.

        :param error: ``FailedJobError`` or ``RetryableJobError`` of a request
        """
        raise NotImplementedError

    def _in_session(self, send: Callable):
        """Call a function with what a log-in gave us; log in if there is none (any more).

        :param send: function with one argument, which sends a request
        :return: what it returns
        """
        # Of credentials only a checksum is kept.
        parts = self._base_url(), *self._session_parts()
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        key = self.env.cr.dbname, self.backend_record._name, self.backend_record.id, digest
        if session := sessions.get(key):
            try:
                return send(session)
            except (FailedJobError, RetryableJobError) as error:
                if not self._is_logged_out(error):
                    raise
        session = sessions[key] = self._log_in()
        return send(session)
