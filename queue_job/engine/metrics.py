# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The queue's figures as Prometheus reads them.

Names of channels and functions are told, nothing of a job: no argument, no record, no
error text. ``prometheus_client`` is imported by whoever asks for metrics, and by nobody
else: without a monitor it need not be installed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from ..rules.histogram import BOUNDS
from ..store import overview, statistics

#: What the text is, as its reader wants to be told.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(cr) -> str:
    """Return all figures of a database in Prometheus' text format.

    :param cr: a cursor of the database
    :raises ImportError: the Python package ``prometheus_client`` is not installed
    """
    from prometheus_client import CollectorRegistry, generate_latest

    class Collector:
        def collect(self) -> Iterator[Any]:
            yield from _now(cr)
            yield from _ever(cr)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector())
    return generate_latest(registry).decode()


def _now(cr) -> Iterator[Any]:
    """What is so at this moment."""
    from prometheus_client.core import GaugeMetricFamily

    jobs = GaugeMetricFamily(
        "queue_job_jobs", "Jobs by state; large numbers are estimates.", labels=["state"]
    )
    for name, (count, _is_exact) in overview.states(cr).items():
        jobs.add_metric([name], count)
    yield jobs
    channels = overview.channels(cr)
    for name, help_text, value in (
        ("waiting", "Jobs that could run now; counted up to a limit.", lambda c: c["waiting"]),
        ("running", "Packs of jobs that run now.", lambda c: c["running"]),
        ("oldest_seconds", "Age of the first job that waits.", lambda c: c["oldest"] or 0.0),
        ("paused", "1 when somebody has paused the channel.", lambda c: int(bool(c["paused"]))),
    ):
        family = GaugeMetricFamily(f"queue_job_channel_{name}", help_text, labels=["channel"])
        for channel in channels:
            family.add_metric([channel["name"]], value(channel))
        yield family
    capacity = GaugeMetricFamily(
        "queue_job_channel_capacity",
        "Most packs that may run at once, of channels with a limit of their own.",
        labels=["channel"],
    )
    for channel in channels:
        if channel["is_limited"]:
            capacity.add_metric([channel["name"]], channel["capacity"])
    yield capacity
    nodes = [node for node in overview.nodes(cr) if node["is_alive"]]
    yield GaugeMetricFamily("queue_job_nodes", "Job servers alive.", value=len(nodes))
    slots = sum(node["slots"] for node in nodes)
    yield GaugeMetricFamily("queue_job_workers", "Job workers of these servers.", value=slots)


def _ever(cr) -> Iterator[Any]:
    """What has happened since the first job: these never fall."""
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    labels = ["channel", "function"]
    totals = statistics.totals(cr)
    runs = CounterMetricFamily(
        "queue_job_runs",
        "Runs by how they ended: done, failed, retried, crashed (with their process), "
        "lost (the lease was gone).",
        labels=[*labels, "end"],
    )
    for channel, function, sums in totals:
        for end in statistics.ENDS:
            runs.add_metric([channel, function, end], getattr(sums, end))
    yield runs
    for name, help_text, counts, seconds in (
        ("wait", "From being due to being claimed.", "waits", "wait_seconds"),
        ("run", "From start to end.", "runs", "run_seconds"),
    ):
        family = HistogramMetricFamily(f"queue_job_{name}_seconds", help_text, labels=labels)
        for channel, function, sums in totals:
            family.add_metric(
                [channel, function],
                _buckets(getattr(sums, counts)),
                sum_value=getattr(sums, seconds),
            )
        yield family


def _buckets(counts: Sequence[int]) -> list[tuple[str, int]]:
    """Classes as Prometheus counts them: each with all that is shorter."""
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    padded = [*counts, *[0] * (len(bounds) - len(counts))]
    return list(zip(bounds, itertools.accumulate(padded), strict=True))
