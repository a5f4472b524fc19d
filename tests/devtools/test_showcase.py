# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What ./dev run shows."""

import subprocess

import pytest

from devtools import showcase
from devtools.errors import DevError

FULL = RuntimeError("Traceback\npsycopg2.errors.DiskFull: could not write: No space left on device")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FULL, "the disk is full"),
        (RuntimeError("Traceback\nValueError: no such field"), "ValueError: no such field"),
        (subprocess.TimeoutExpired("odoo", 600), "600 seconds"),
    ],
)
def test_failed_script_is_one_line(error, words):
    with pytest.raises(DevError, match=f"Filling it failed: .*{words}"):
        with showcase.script_errors("Filling it"):
            raise error


def test_what_was_not_imported_is_not_offered():
    assert set(showcase.addresses("http://x", demo=True)) == {"Jobs", "Contacts", "Import"}
    assert showcase.addresses("http://x", demo=False) == {"Jobs": "http://x/odoo/jobs"}
