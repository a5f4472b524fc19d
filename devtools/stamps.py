# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Stamps: a step of the set-up is done only when its stamp, written last, fits its inputs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


class Stamp:
    """The mark of one finished step.

    :param path: the stamp's file
    :param inputs: all that the step's result depends on, as JSON's types
    """

    def __init__(self, path: Path, inputs: Any) -> None:
        self.path = path
        text = json.dumps(inputs, sort_keys=True)
        self.key = hashlib.sha256(text.encode()).hexdigest()

    def read(self) -> dict[str, Any] | None:
        """Return what the step noted, None when it wasn't finished with these inputs."""
        try:
            content = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        if not isinstance(content, dict) or content.get("key") != self.key:
            return None
        return content.get("notes", {})

    def write(self, **notes: Any) -> None:
        """Mark the step as done; a reader sees the whole stamp or none.

        :param notes: what later runs want to know, as JSON's types
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps({"key": self.key, "notes": notes}))
        draft.replace(self.path)

    def clear(self) -> None:
        """Mark the step as not done, before its result is touched."""
        self.path.unlink(missing_ok=True)
