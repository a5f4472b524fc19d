# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long a job may run: limits by channel, by call and by server.

All limits are seconds of wall-clock time.
"""

from collections.abc import Mapping

from .channel_names import nearest, normalise
from .values import parse_int, split_entries


def read_time_limits(text: str | None) -> tuple[dict[str, int], list[str]]:
    """Read a ``channels_time_real`` setting, keeping every entry that is right.

    :param text: ``root:3600,root.report:7200``; commas or new lines between entries
    :return: seconds by full channel name, and one message for each wrong entry: it starts with
        "Invalid time limit config", names the entry and says what would be right
    """
    limits: dict[str, int] = {}
    errors: list[str] = []
    for entry in split_entries(text):
        try:
            name, seconds = _parse_entry(entry)
            if name in limits:
                raise ValueError(f"the channel {name} is given twice; keep one entry")
            limits[name] = seconds
        except ValueError as error:
            errors.append(f"Invalid time limit config {entry!r}: {error}")
    return limits, errors


def _parse_entry(entry: str) -> tuple[str, int]:
    name, colon, seconds = entry.rpartition(":")
    name = name.strip()
    if not colon or not name:
        raise ValueError("write CHANNEL:SECONDS, as in root.report:7200")
    if ":" in name:
        raise ValueError("more than one ':'; write CHANNEL:SECONDS, as in root.report:7200")
    try:
        return normalise(name), parse_int(seconds, minimum=1)
    except ValueError as error:
        raise ValueError(
            f"the limit {error}; write {name}:SECONDS with a whole number of at least 1, or "
            "leave the channel out to give it its parent's limit"
        ) from None


def channel_limit(channel: str, limits: Mapping[str, float]) -> float | None:
    """Return the limit of a channel: its own, or its nearest ancestor's.

    :param channel: name of a channel
    :param limits: seconds by full channel name; a falsy value counts as not given
    :return: seconds, None when neither the channel nor an ancestor has a limit
    """
    given = {name: seconds for name, seconds in limits.items() if seconds}
    found = nearest(channel, given)
    return given[found] if found is not None else None


def check_limit(
    subject: str, seconds: float, limit_time_real: float | None
) -> tuple[float, str | None]:
    """Hold a limit against the server's own.

    :param subject: what the limit was given for, for the message ("root.report")
    :param seconds: the limit
    :param limit_time_real: the server's limit in seconds; None or 0 for none
    :return: the limit that applies, and a message naming both when the server's is lower
    """
    if not limit_time_real or seconds <= limit_time_real:
        return seconds, None
    return limit_time_real, (
        f"The time limit of {subject}, {seconds:g} s, is above limit_time_real, "
        f"{limit_time_real:g} s, which applies instead: raise limit_time_real (under "
        f"[queue_job] it counts for jobs only) or lower the limit of {subject}"
    )


def check_limits(
    limits: Mapping[str, float], limit_time_real: float | None
) -> tuple[dict[str, float], list[str]]:
    """Hold the limits of channels against the server's own.

    :param limits: seconds by full channel name
    :param limit_time_real: the server's limit in seconds; None or 0 for none
    :return: the limits that apply, and one message for each that is too high
    """
    effective: dict[str, float] = {}
    errors: list[str] = []
    for channel, seconds in limits.items():
        effective[channel], error = check_limit(channel, seconds, limit_time_real)
        if error:
            errors.append(error)
    return effective, errors


def effective_limit(
    *,
    per_call: float | None = None,
    function: float | None = None,
    channel: float | None = None,
    limit_time_real: float | None = None,
) -> float | None:
    """Return how long one job may run.

    The nearest wins: what the caller asked for, then the job function, then the channel.
    The server's limit bounds whatever is found. None and 0 mean "not given".

    :param per_call: seconds given by the caller
    :param function: seconds given by the job function
    :param channel: seconds that `channel_limit` found
    :param limit_time_real: the server's limit in seconds
    :return: seconds, None when the job may run for ever
    """
    wanted = per_call or function or channel
    if not wanted:
        return limit_time_real or None
    return check_limit("the job", wanted, limit_time_real)[0]
