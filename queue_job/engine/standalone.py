# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# Loaded without its package.  pylint: disable=odoo-addons-relative-import
"""Program that runs only jobs: started beside a threaded server, or alone.

Run by its path, so that it needs nothing importable but Odoo itself; the options are
Odoo's own (``-c``, ``-d``, ``--addons-path``, ...).
"""

import logging
import os
import sys

_logger = logging.getLogger("odoo.addons.queue_job.engine.standalone")

# Meant for the server beside which this runs, once.
_NOT_OURS = ("init", "update", "reinit")


def run(overrides: dict[str, str] | None = None, parent: int | None = None) -> int:
    """Run a supervisor until it is told to stop; Odoo's configuration is parsed.

    :param overrides: settings from the command line, by key
    :param parent: pid of the server beside which this runs, None when it runs alone
    :return: exit code
    """
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    for option in _NOT_OURS:
        config[option] = {}
    load_server_wide_modules()
    from odoo.addons.queue_job.engine import configuration, preload
    from odoo.addons.queue_job.engine.pool import die_with_parent
    from odoo.addons.queue_job.engine.supervisor import Supervisor

    if parent:
        die_with_parent(parent)
    settings, problems = configuration.load(overrides)
    if not parent:
        # The server beside which it runs has said it already.
        configuration.report(problems)
    if reason := settings.why_no_jobs:
        _logger.error("There is nothing to run: %s", reason)
        return 1
    preload.registries()
    Supervisor(settings, is_orphan=lambda: parent is not None and os.getppid() != parent).run()
    return 0


def main(arguments: list[str]) -> int:
    """Entry of the program that a threaded server starts.

    :param arguments: ``--parent PID``, then Odoo's options
    :return: exit code
    """
    parent = None
    if arguments[:1] == ["--parent"]:
        parent, arguments = int(arguments[1]), arguments[2:]
    import odoo.init  # noqa: F401  (sets the process up as Odoo wants it)
    from odoo.modules import initialize_sys_path
    from odoo.tools import config

    config.parse_config(arguments, setup_logging=True)
    initialize_sys_path()
    return run(parent=parent)


if __name__ == "__main__":
    # Its own directory must not shadow other modules (``queue`` would be ours).
    if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
        sys.path.pop(0)
    sys.exit(main(sys.argv[1:]))
