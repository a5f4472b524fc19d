# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Functions that are jobs: which ones there are, and how they are delayed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

#: model whose method calls the functions
MODEL = "connector.function.job"

#: dotted path -> function: nothing else can be called by a job
REGISTRY: dict[str, Callable] = {}

_JOB_OPTIONS = ("priority", "eta", "max_retries", "description")


def path_of(func: Callable) -> str:
    """Return the dotted path of a function."""
    return f"{func.__module__}.{func.__qualname__}"


def job(
    func: Callable | None = None, default_channel: str = "root", retry_pattern: dict | None = None
) -> Callable:
    """Make a job of a function ``f(session, model_name, *args, **kwargs)``.

    It gets a function ``f.delay``, of the same parameters and of the options of a job: priority,
    eta, max_retries and description. Called as it is, it runs at once.

    :param func: function of a module
    :param default_channel: complete name of the channel of its jobs
    :param retry_pattern: seconds to wait by number of tries made
    :return: the function itself; a decorator if none is given
    """
    if func is None:
        return partial(job, default_channel=default_channel, retry_pattern=retry_pattern)
    assert default_channel == "root" or default_channel.startswith("root."), (
        f"The channel {default_channel!r} of {path_of(func)} must start with 'root'"
    )
    assert retry_pattern is None or isinstance(retry_pattern, dict), (
        f"The retry pattern {retry_pattern!r} of {path_of(func)} must be a dictionary"
    )
    func.default_channel = default_channel
    func.retry_pattern = dict(retry_pattern or {})
    func.delay = partial(_delay, func)
    REGISTRY[path_of(func)] = func
    return func


def related_action(action: Callable = lambda session, job: None, **kwargs: Any) -> Callable:
    """Say what the button of the jobs of a function opens.

    :param action: function of the session, the job and these keywords, which returns an action
    :param kwargs: its keywords
    :return: decorator of a function that is a job
    """

    def decorate(func: Callable) -> Callable:
        func.related_action = partial(action, **kwargs)
        return func

    return decorate


def _delay(func: Callable, session, model_name: str, *args: Any, **kwargs: Any) -> str:
    """Enqueue a call of the function.

    :param session: session, or anything with an ``env``
    :param model_name: name of the model that it works on
    :return: uuid of the job
    """
    options = {name: kwargs.pop(name) for name in _JOB_OPTIONS if name in kwargs}
    options.setdefault("description", (func.__doc__ or func.__name__).strip().split("\n", 1)[0])
    delayed = session.env[MODEL].with_delay(channel=func.default_channel, **options)
    return delayed.run(path_of(func), model_name, list(args), kwargs).uuid
