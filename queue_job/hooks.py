# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the module installer calls."""


def uninstall_hook(env) -> None:
    """Remove what the installer does not know of: it drops tables, and all that hangs on them.

    :param env: superuser's environment, before anything is removed
    """
    env.cr.execute(
        "DROP FUNCTION IF EXISTS queue_job_finish; DROP SEQUENCE IF EXISTS queue_job_run_token_seq"
    )
