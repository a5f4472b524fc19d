# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Channels between the configuration file, the database and the claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..rules.channel_names import lineage, normalise
from ..rules.channels import ROOT
from ..rules.timeouts import channel_limit
from ..store import channels, pins, repair


@dataclass(frozen=True)
class Tree:
    """What the runner knows of a database's channels between two sweeps.

    Capacities and pauses are not here: the claim reads them from the table each time.

    :param time_limits: seconds by complete name, 0 where a channel has none of its own
    """

    time_limits: dict[str, int]
    limit_time_real: int | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.time_limits)

    def limit(self, channel: str, of_call: float | None) -> float:
        """Seconds a job may run: its caller's wish or its channel's, within the server's.

        :return: 0 for no limit
        """
        limit = of_call or channel_limit(channel, self.time_limits)
        bounds = [seconds for seconds in (limit, self.limit_time_real) if seconds]
        return float(min(bounds, default=0))


def apply_settings(cr, settings) -> None:
    """Write what the configuration file says into the table, and mark it as pinned.

    What it names no longer becomes what it was in the database.
    """
    limits = settings.channels_time_real
    names = [spec.name for spec in settings.channels]
    _ensure(cr, names + list(limits))
    for spec in settings.channels:
        values = {
            "is_limited": spec.capacity is not None,
            "capacity": spec.capacity or 0,
            "sequential": spec.sequential,
            "throttle": spec.throttle,
            "rate_limit": spec.rate.jobs if spec.rate else 0,
            "rate_period": spec.rate.seconds if spec.rate else 60,
            "rate_burst": spec.burst or 0,
        }
        pins.pin(cr, complete_name=spec.name, values=values)
    pins.unpin_others(cr, complete_names=names)
    paused = [spec.name for spec in settings.channels if spec.paused]
    pins.pause(cr, complete_names=names, paused=paused)
    for name, seconds in limits.items():
        pins.pin_time_limit(cr, complete_name=name, seconds=int(seconds))
    pins.unpin_other_time_limits(cr, complete_names=list(limits))


def create_missing(cr) -> None:
    """Give every channel that jobs wait in a row, below its nearest ancestor."""
    names = channels.waiting(cr)
    _ensure(cr, [_full_name(name) for name in names])
    for name in names:
        if name != _full_name(name):
            repair.rename_channel(cr, old=name, new=_full_name(name))


def load(cr, settings) -> Tree:
    """Read the tree."""
    return Tree(channels.time_limits(cr), settings.limit_time_real)


def _full_name(name: str) -> str:
    """A channel's full name; one that can't be read belongs to root."""
    try:
        return normalise(name)
    except ValueError:
        return ROOT


def _ensure(cr, names: list[str]) -> None:
    known = channels.known(cr)
    for name in names:
        for full_name in reversed(lineage(name)):
            if full_name not in known:
                parent, _dot, last = full_name.rpartition(".")
                channels.add(cr, name=last, complete_name=full_name, parent_id=known.get(parent))
                known = channels.known(cr)
