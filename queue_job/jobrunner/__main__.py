# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``python -m odoo.addons.queue_job.jobrunner``: run jobs without a web server."""

import sys

from ..engine.standalone import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
