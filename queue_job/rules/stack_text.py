# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What ``faulthandler`` has dumped, made readable: where does the job stand?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_THREAD = re.compile(r"(Current thread|Thread) 0x[0-9a-f]+.*:")
_FRAME = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+|\?\?\?) in (?P<function>.*)')

# Threads of a job worker that run no job.
_OWN_THREADS = ("/queue_job/engine/watchdog.py", "/queue_job/engine/recording.py")
# The innermost frame of ours in the thread that runs the job; what is below is the job's.
_PERFORM = ("/queue_job/job.py", "perform")

MAX_CHARS = 50_000


@dataclass(frozen=True, slots=True)
class _Frame:
    file: str
    line: str
    function: str


def readable(dump: str, source: Callable[[str, int], str]) -> str:
    """Write a dump like a traceback: the thread of the job, then threads it has started.

    :param dump: what ``faulthandler`` wrote, most recent call first
    :param source: returns the text of a line of a file, empty when there is none
    :return: text, the most recent call last; empty when the dump says nothing
    """
    threads = [frames for frames in _threads(dump) if not _is_own(frames)]
    # The kernel gives a signal to the main thread, where jobs run.
    parts = []
    for number, frames in enumerate(sorted(threads, key=lambda found: not _runs_job(found))):
        title = "Thread of the job" if not number else "Another thread"
        lines = [f"{title} (most recent call last):"]
        for frame in reversed(_of_job(frames)):
            lines.append(f'  File "{frame.file}", line {frame.line}, in {frame.function}')
            text = source(frame.file, int(frame.line)) if frame.line.isdecimal() else ""
            if text.strip():
                lines.append(f"    {text.strip()}")
        parts.append("\n".join(lines))
    text = "\n\n".join(parts)
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]} …"


def _threads(dump: str) -> list[list[_Frame]]:
    threads: list[list[_Frame]] = []
    for line in dump.splitlines():
        if _THREAD.fullmatch(line):
            threads.append([])
        elif threads and (match := _FRAME.fullmatch(line)):
            threads[-1].append(_Frame(match["file"], match["line"], match["function"]))
    return [frames for frames in threads if frames]


def _is_own(frames: list[_Frame]) -> bool:
    return any(frame.file.endswith(_OWN_THREADS) for frame in frames) and not _runs_job(frames)


def _runs_job(frames: list[_Frame]) -> bool:
    return any(_is_perform(frame) for frame in frames)


def _is_perform(frame: _Frame) -> bool:
    file, function = _PERFORM
    return frame.file.endswith(file) and frame.function == function


def _of_job(frames: list[_Frame]) -> list[_Frame]:
    """The part of a stack that is the job's own, innermost first."""
    for index, frame in enumerate(frames):
        if _is_perform(frame) and index:
            return frames[:index]
    return frames
