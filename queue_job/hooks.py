# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the module installer calls."""

from odoo.tools import SQL

from .store.functions import DEFINITIONS


def uninstall_hook(env) -> None:
    """Remove what the installer does not know of: it drops tables, and all that hangs on them.

    :param env: superuser's environment, before anything is removed
    """
    for function in DEFINITIONS:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(function)))
    env.cr.execute("DROP SEQUENCE IF EXISTS queue_job_run_token_seq")
