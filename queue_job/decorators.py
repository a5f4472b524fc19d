# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Decorators by which methods said how their jobs behave, before job functions were records.

They are still honoured, as long as no job function (``queue.job.function``) of the method exists:
a record can be changed by who runs the system, so it is the better place.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

_logger = logging.getLogger(__name__)

#: attribute of a decorated method -> field of ``JobConfig`` that it gives
ATTRIBUTES = {
    "_job_channel": "channel",
    "_job_retry_pattern": "retry_pattern",
    "_job_related_action_enable": "related_action_enable",
    "_job_related_action": "related_action_func_name",
    "_job_related_action_kwargs": "related_action_kwargs",
}

_warned: set[str] = set()


def _warn_once(name: str) -> None:
    if name not in _warned:
        _warned.add(name)
        _logger.warning(
            "The decorator @%s is deprecated: declare a queue.job.function in the addon's data",
            name,
        )


def job(
    func: Callable | None = None,
    default_channel: str = "root",
    retry_pattern: dict | None = None,
) -> Callable:
    """Say that a method is made to be delayed, and how its jobs behave.

    :param func: method of a model
    :param default_channel: complete name of a channel, from root on
    :param retry_pattern: seconds to wait by number of tries made
    :return: the method itself; a decorator if none is given
    """
    if func is None:
        return partial(job, default_channel=default_channel, retry_pattern=retry_pattern)
    _warn_once("job")
    assert default_channel == "root" or default_channel.startswith("root."), (
        f"The channel {default_channel!r} of {func.__qualname__} must start with 'root'"
    )
    assert retry_pattern is None or isinstance(retry_pattern, dict), (
        f"The retry pattern {retry_pattern!r} of {func.__qualname__} must be a dictionary"
    )
    func.delayable = True
    func._job_channel = default_channel
    func._job_retry_pattern = dict(retry_pattern or {})
    return func


def related_action(action: str | None = None, enable: bool = True, **kwargs: Any) -> Callable:
    """Say what the button 'Related' of a method's jobs opens.

    :param action: name of a method of ``queue.job``; ``None`` for the usual one
    :param enable: False for no button
    :param kwargs: arguments of that method
    :return: decorator of a method of a model
    """
    _warn_once("related_action")

    def decorate(func: Callable) -> Callable:
        func._job_related_action_enable = enable
        func._job_related_action = action
        func._job_related_action_kwargs = kwargs
        return func

    return decorate


def decorated_config(model_class: type, method_name: str) -> dict[str, Any]:
    """Gather what decorators say about a method, be it of the model or of what it inherits from.

    :param model_class: class of the model
    :param method_name: name of the method
    :return: values for ``JobConfig``, by field; empty without decorators
    """
    config: dict[str, Any] = {}
    for klass in model_class.__mro__:
        method = vars(klass).get(method_name)
        # Class methods and the like keep their attributes on the function inside.
        method = getattr(method, "__func__", method)
        for attribute, name in ATTRIBUTES.items():
            if attribute in getattr(method, "__dict__", ()):
                config.setdefault(name, getattr(method, attribute))
    return config
