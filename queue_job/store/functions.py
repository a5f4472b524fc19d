# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The functions that the engine keeps in the database."""

from __future__ import annotations

from . import finish, unique

#: How each is made, by its name; made anew at each installation and upgrade.
DEFINITIONS = {
    "queue_job_finish": finish.DEFINITION,
    "queue_job_twins": unique.TWINS_DEFINITION,
    "queue_job_take_keys": unique.TAKE_DEFINITION,
}
