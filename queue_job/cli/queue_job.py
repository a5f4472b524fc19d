# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# Loaded without its package.  pylint: disable=odoo-addons-relative-import
"""``odoo queue_job``: run jobs without a web server, say why none run, adopt a copy.

Odoo loads this file by its path, without the addon around it.
"""

import argparse
import sys

from odoo.cli import Command

_ACTIONS = {
    "run": "run jobs until told to stop (SIGTERM, or Ctrl-C)",
    "check": "print the settings in force, what is wrong with them, and why nothing runs",
    "adopt": "let jobs run in a copied or neutralized database (-d DATABASE)",
}


class QueueJob(Command):
    """Run the job queue on a machine that serves no web pages, or check its settings"""

    name = "queue_job"
    epilog = """
    All other options are Odoo's own: -c, -d, --db_host, --logfile, ...
    Odoo finds this command when the addons path is known before it:
        odoo --addons-path=PATH queue_job run -c FILE
        ODOO_RC=FILE odoo queue_job run
    """

    def run(self, args):
        parser = self.parser
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        actions = "\n".join(f"  {name:6} {text}" for name, text in _ACTIONS.items())
        parser.description = f"{parser.description}\n\nactions:\n{actions}"
        parser.add_argument("action", nargs="?", choices=_ACTIONS, default="run")
        parser.add_argument("--channels", help="channels and capacities, as in the file")
        parser.add_argument("--job-workers", metavar="N", help="processes that run jobs")
        given, odoo_options = parser.parse_known_args(args)
        overrides = {
            key: value
            for key, value in (("channels", given.channels), ("job_workers", given.job_workers))
            if value is not None
        }
        from odoo.modules import initialize_sys_path
        from odoo.tools import config

        config.parse_config(odoo_options, setup_logging=given.action == "run")
        initialize_sys_path()
        from odoo.addons.queue_job.engine import adoption, diagnosis, standalone

        if given.action == "check":
            sys.exit(diagnosis.main(overrides))
        if given.action == "adopt":
            sys.exit(adoption.main())
        sys.exit(standalone.run(overrides))
