# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which records a new job is about, as far as their models want to know."""

from __future__ import annotations

from collections.abc import Iterator

from .store.record_links import link

#: A job on more records than that is linked to the first ones only.
MAX_LINKS = 1000


def link_records(env, jobs: list) -> None:
    """Link stored jobs to the records that show their jobs.

    Nothing is written for other models; where no model of the database has the mixin,
    the jobs are not even looked at.

    :param jobs: new jobs, whose rows are written
    """
    mixin = env.registry["queue.job.mixin"]
    if not mixin._inherit_children:
        return
    links = [
        (job.uuid, model, record_id) for job in jobs for model, record_id in _records_of(job, mixin)
    ]
    if links:
        link(env.cr, links)


def _records_of(job, mixin: type) -> Iterator[tuple[str, int]]:
    found: dict[tuple[str, int], None] = {}
    for value in (job.recordset, *job.args, *job.kwargs.values()):
        if isinstance(value, mixin):
            for record_id in value.ids[: MAX_LINKS - len(found)]:
                found[value._name, record_id] = None
    return iter(found)
