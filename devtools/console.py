# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the user sees: a line per step, and a bar for what takes long."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

BAR_WIDTH = 30


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


class Step:
    """A step that is being done; its block may say what came out."""

    def __init__(self) -> None:
        #: A few words.
        self.detail = ""
        #: The step came to its end with a bad outcome.
        self.failed = False


@contextlib.contextmanager
def step(title: str) -> Iterator[Step]:
    """Show what is being done, then that it is done and how long it took.

    :param title: a few words in the present participle, as in "Installing the Python packages"
    """
    current = Step()
    begun = time.monotonic()
    terminal = sys.stdout.isatty()
    if terminal:
        print(f"  {title} ...", end="", flush=True)
    try:
        yield current
    except BaseException:
        print(f"\r✗ {title}   " if terminal else f"✗ {title}", flush=True)
        raise
    seconds = time.monotonic() - begun
    detail = f": {current.detail}" if current.detail else ""
    mark = "✗" if current.failed else "✓"
    text = f"{mark} {title}{detail} ({seconds:.1f} s)"
    # The spaces cover the dots of the line that is being replaced.
    print(f"\r{text}    " if terminal else text, flush=True)


class ProgressBar:
    """A bar that moves on a terminal; elsewhere a line now and then.

    :param title: what is being done
    """

    #: Seconds between two lines where there is no terminal.
    INTERVAL = 2.0

    def __init__(self, title: str) -> None:
        self.title = title
        self.terminal = sys.stdout.isatty()
        self._last = ""
        self._next = 0.0

    def show(self, done: int, total: int, note: str = "") -> None:
        """Show how far it is.

        :param done: how many are finished
        :param total: how many there are so far; may grow
        :param note: a few words behind the numbers
        """
        line = render_bar(self.title, done, total, note)
        if self.terminal:
            print(f"\r{line}\033[K", end="", flush=True)
        elif line != self._last and (time.monotonic() >= self._next or done == total):
            print(line, flush=True)
            self._last = line
            self._next = time.monotonic() + self.INTERVAL

    def finish(self) -> None:
        """End the bar's line."""
        if self.terminal:
            print(flush=True)


def render_bar(title: str, done: int, total: int, note: str = "") -> str:
    """Return a progress bar as text.

    :param title: what is being done
    :param done: how many are finished
    :param total: how many there are, 0 while unknown
    :param note: a few words behind the numbers
    """
    share = min(done / total, 1.0) if total else 0.0
    filled = int(share * BAR_WIDTH)
    bar = "█" * filled + "░" * (BAR_WIDTH - filled)
    return f"  {title} {bar} {done}/{total}{f' {note}' if note else ''}"


class Counter:
    """What changes, as a number that grows, on a terminal; elsewhere nothing: it fills the log.

    :param title: what is being counted
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.terminal = sys.stdout.isatty()

    def show(self, count: int | str) -> None:
        """Show the number, or a few words."""
        if self.terminal:
            print(f"\r  {self.title}: {count}\033[K", end="", flush=True)

    def clear(self) -> None:
        """Make room for a line of something else."""
        if self.terminal:
            print("\r\033[K", end="", flush=True)
