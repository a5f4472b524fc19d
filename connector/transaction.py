# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When a component may end the transaction it works in."""

from odoo.api import Environment
from odoo.modules import module
from odoo.tools import config

from odoo.addons.queue_job.utils import must_run_without_delay


def may_commit(env: Environment) -> bool:
    """Tell whether a commit is nobody else's business.

    Tests roll their work back at the end, so there it is never.

    :param env: environment whose cursor would commit
    """
    return not (config["test_enable"] or module.current_test)


def owns_transaction(env: Environment) -> bool:
    """Tell whether the transaction belongs to one job, and not to a user who waits for the end of
    it.

    :param env: environment of the job
    """
    return bool(env.context.get("job_uuid")) and may_commit(env) and not must_run_without_delay(env)


def commit(env: Environment) -> None:
    """Commit, where that is allowed.

    :param env: environment whose cursor commits
    """
    if may_commit(env):
        env.cr.commit()
