# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The clock of every statement: the database's own, unless a test sets it."""

from __future__ import annotations

# The database's clock and not the machine's: leases written by one node are judged
# by the others, and their clocks drift. clock_timestamp() and not now(): a test (or
# a job) may stay in one transaction for long, where now() stands still.
# As a sub-select it is read once a statement: a bare clock_timestamp() is read again for
# each row, and no index can be searched for a value that may change.
NOW = "(SELECT COALESCE(%(now)s::timestamp, clock_timestamp() AT TIME ZONE 'UTC'))"

# A runner that has not beaten for this long is dead for all the others. The beat is
# every second, so fourteen of them may get lost (a paused VM, a failover) before a
# job is taken away.
LEASE_SECONDS = 15
