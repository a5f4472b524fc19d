# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Grammar of the ``channels`` setting.

Entries are separated by commas or new lines::

    channel(.sub)*[:capacity[:key[=value]]*]

Keys: ``sequential``, ``paused`` (yes or no), ``throttle=SECONDS``,
``rate=JOBS/SECONDS`` and ``burst=JOBS``.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .channel_names import ROOT, lineage, nearest, normalise, parents
from .values import parse_bool, parse_int, split_entries

__all__ = [
    "OPTIONS",
    "ROOT",
    "ChannelSpec",
    "Rate",
    "format_channels",
    "lineage",
    "nearest",
    "normalise",
    "parents",
    "parse_channels",
    "read_channels",
]

#: Keys an entry may carry after its capacity.
OPTIONS = ("sequential", "paused", "throttle", "rate", "burst")

DEFAULT_CAPACITY = 1


@dataclass(frozen=True)
class Rate:
    """So many jobs may start in so many seconds."""

    jobs: int
    seconds: int = 1

    def __str__(self) -> str:
        return f"{self.jobs}/{self.seconds}"


@dataclass(frozen=True)
class ChannelSpec:
    """One channel as the configuration describes it.

    :param name: full name, from ``root``
    :param capacity: most jobs running at once in it and below it; 0 stops it
    :param sequential: one by one in order; a failed or delayed job holds the next ones
    :param paused: nothing starts in it or below it
    :param throttle: least number of seconds between two starts, 0 for none
    :param rate: limit of starts in time, None for none
    :param burst: most starts at once under ``rate``, None for the default
    :param unknown: options nobody knows, kept so that they can be reported
    """

    name: str
    capacity: int = DEFAULT_CAPACITY
    sequential: bool = False
    paused: bool = False
    throttle: int = 0
    rate: Rate | None = None
    burst: int | None = None
    unknown: Mapping[str, str | bool] = field(default_factory=dict, hash=False)

    @property
    def effective_burst(self) -> int:
        """Return the most starts at once: by default one second's worth of the rate.

        A larger default would let a channel of 100 jobs a minute start 200 in its first
        minute, which is what the services behind such limits punish.
        """
        if self.burst is not None:
            return self.burst
        return max(1, math.ceil(self.rate.jobs / self.rate.seconds)) if self.rate else 1

    def __str__(self) -> str:
        parts = [self.name, str(self.capacity)]
        parts += [key for key in ("sequential", "paused") if getattr(self, key)]
        if self.throttle:
            parts.append(f"throttle={self.throttle}")
        if self.rate:
            parts.append(f"rate={self.rate}")
        if self.burst is not None:
            parts.append(f"burst={self.burst}")
        return ":".join(parts)


class _EntryError(ValueError):
    """Says what is wrong with an entry; the caller adds which entry it is."""


def parse_channels(text: str | None) -> list[ChannelSpec]:
    """Read a ``channels`` setting.

    :param text: entries separated by commas or new lines
    :return: the channels in the order they are written
    :raise ValueError: at the first entry that is wrong; the text starts with
        "Invalid channel config", names the entry and says what would be right
    """
    specs, errors = read_channels(text)
    if errors:
        raise ValueError(errors[0])
    return specs


def read_channels(text: str | None) -> tuple[list[ChannelSpec], list[str]]:
    """Read a ``channels`` setting, keeping every entry that is right.

    :param text: entries separated by commas or new lines
    :return: the good channels in the order they are written, and one message for each
        entry that is wrong
    """
    specs: dict[str, ChannelSpec] = {}
    errors: list[str] = []
    for entry in split_entries(text):
        try:
            spec = _parse_entry(entry)
            if spec.name in specs:
                raise _EntryError(
                    f"the channel {spec.name} is given twice; keep one entry, whose number "
                    "is how many jobs may run at once"
                )
            specs[spec.name] = spec
        except _EntryError as error:
            errors.append(f"Invalid channel config {entry!r}: {error}")
    return list(specs.values()), errors


def format_channels(specs: Iterable[ChannelSpec]) -> str:
    """Write channels the way `parse_channels` reads them.

    :param specs: channels
    :return: the value of a ``channels`` setting
    """
    return ",".join(map(str, specs))


def _parse_entry(entry: str) -> ChannelSpec:
    name, *rest = [part.strip() for part in entry.split(":")]
    values: dict = {"name": _parse_name(name), "capacity": DEFAULT_CAPACITY}
    if rest:
        values["capacity"] = _parse_capacity(name, rest[0])
    unknown: dict[str, str | bool] = {}
    for option in rest[1:]:
        key, value = _split_option(option)
        if key in values or key in unknown:
            raise _EntryError(f"{key!r} is given twice; keep one of them")
        if key in _PARSERS:
            values[key] = _PARSERS[key](key, value)
        else:
            unknown[key] = value
    spec = ChannelSpec(**values, unknown=unknown)
    _check(spec)
    return spec


def _parse_name(name: str) -> str:
    if not name:
        raise _EntryError("the channel's name is missing; write for instance root.sub:2")
    try:
        return normalise(name)
    except ValueError as error:
        raise _EntryError(f"{error}; write for instance root.sub:2") from None


def _parse_capacity(name: str, text: str) -> int:
    try:
        return parse_int(text, minimum=0)
    except ValueError as error:
        raise _EntryError(
            f"the capacity {error}; write {name}:N with N the number of jobs that may run at "
            f"once (0 stops the channel), and options after it, as in {name}:1:paused"
        ) from None


def _split_option(option: str) -> tuple[str, str | bool]:
    """Return key and value of an option; a key alone stands for True."""
    key, *values = [part.strip() for part in option.split("=")]
    if not key:
        raise _EntryError(f"the option {option!r} has no name; known are {', '.join(OPTIONS)}")
    if len(values) > 1:
        raise _EntryError(f"the option {option!r} has more than one '='; write key=value")
    return key, values[0] if values else True


def _bool_option(key: str, value: str | bool) -> bool:
    try:
        return True if value is True else parse_bool(str(value))
    except ValueError as error:
        raise _EntryError(f"{key} {error}") from None


def _throttle_option(key: str, value: str | bool) -> int:
    try:
        return 1 if value is True else parse_int(str(value), minimum=0)
    except ValueError as error:
        raise _EntryError(
            f"{key} {error}; write {key}=N with N the seconds between two starts"
        ) from None


def _rate_option(key: str, value: str | bool) -> Rate:
    try:
        if value is True:
            raise ValueError("has no value")
        jobs, slash, seconds = str(value).partition("/")
        return Rate(parse_int(jobs, minimum=1), parse_int(seconds, minimum=1) if slash else 1)
    except ValueError as error:
        raise _EntryError(
            f"{key} {error}; write {key}=JOBS/SECONDS, as in rate=100/60 for 100 jobs a minute"
        ) from None


def _burst_option(key: str, value: str | bool) -> int:
    try:
        if value is True:
            raise ValueError("has no value")
        return parse_int(str(value), minimum=1)
    except ValueError as error:
        raise _EntryError(f"{key} {error}; write {key}=N, N jobs at once") from None


_PARSERS = {
    "sequential": _bool_option,
    "paused": _bool_option,
    "throttle": _throttle_option,
    "rate": _rate_option,
    "burst": _burst_option,
}


def _check(spec: ChannelSpec) -> None:
    """Refuse combinations that can't mean anything."""
    if spec.sequential and spec.capacity != 1:
        raise _EntryError(
            f"a sequential channel runs one job at a time, so its capacity must be 1, not "
            f"{spec.capacity}; write {spec.name}:1:sequential (and :paused to stop it)"
        )
    if spec.throttle and spec.rate:
        raise _EntryError(
            f"throttle={spec.throttle} and rate={spec.rate} both limit starts in time; keep "
            f"one of them (throttle=N is the same as rate=1/N)"
        )
    if spec.burst is not None and not spec.rate:
        raise _EntryError("burst goes with rate; add rate=JOBS/SECONDS, as in rate=100/60")
