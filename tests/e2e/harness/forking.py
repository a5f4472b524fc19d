# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Several processes of one Odoo that do the same at once."""

#: End of a script for ``Database.run()``: its function ``run`` in eight processes at once. The
#: result are their exit statuses.
RUN_IN_EIGHT = """
import os
import odoo.sql_db

pids = []
for _number in range(8):
    pid = os.fork()
    if not pid:
        status = 1
        try:
            # The connections of before the fork are the parent's.
            odoo.sql_db._Pool = None
            run()
            status = 0
        finally:
            os._exit(status)
    pids.append(pid)
result = [os.waitpid(pid, 0)[1] for pid in pids]
"""
