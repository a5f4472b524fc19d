# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Help for the tests of listeners."""

from contextlib import nullcontext

from odoo.addons.component_event.commit_queue import CommitQueue


def deliver_post_commit_events(test_case) -> int:
    """Deliver the events that wait for the commit, within the transaction of a test.

    A test never commits, so nothing would be delivered. Their handlers run on a test
    cursor, which sees the data of the test, and of which nothing stays either.

    :param test_case: a ``TransactionCase``
    :returns: number of events that were waiting, those rolled back included
    """
    cr = test_case.env.cr
    cr.flush()
    queue = CommitQueue.current(cr)
    if queue is None:
        return 0
    waiting = len(queue)
    in_test_mode = type(test_case)._registry_patched
    with nullcontext() if in_test_mode else test_case.enter_registry_test_mode():
        queue.run()
    cr.postcommit.data.clear()
    return waiting
