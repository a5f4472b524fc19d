# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``python -m benchmarks [NAME ...] [--peer ...]``: run workloads one after the other."""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return the names of the workloads there are."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(argv: list[str]) -> int:
    """Run the workloads named first, or all; what follows are arguments of each."""
    chosen = []
    while argv and argv[0].removeprefix("bench_") in names():
        chosen.append(argv.pop(0).removeprefix("bench_"))
    status = 0
    for name in chosen or names():
        print(f"{name}:", flush=True)
        module = importlib.import_module(f"benchmarks.bench_{name}")
        status = module.main(list(argv)) or status
    return status


def _end(_signal: int, _frame: object) -> None:
    """Leave no server behind: what was started is ended on the way out."""
    raise SystemExit("The benchmark was told to end")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1:]))
