# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The tutorial does what it says: its files are written, its commands run, its output compared."""

import dataclasses
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from harness import Database, OdooServer, wait_for

from devtools import databases, ports
from devtools.environment import ROOT

PAGE = ROOT / "docs" / "tutorial" / "first-connector.md"
ADDRESS = "http://127.0.0.1:8090"
FILE = re.compile(r"^\*\*`([^`\n]+)`\*\*\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: Python that is typed into a shell, and what it prints.
TYPED = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)

#: Runs what is typed as a shell does, and returns what it prints.
SHELL = """
import contextlib, io
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    exec(typed, {"env": env})
result = printed.getvalue()
"""

pytestmark = pytest.mark.slow


def answers(url: str) -> bool:
    """Tell whether a server answers, be it with an error."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture
def folder(tmp_path):
    """The files of the tutorial, as a reader has written them."""
    found = FILE.findall(PAGE.read_text())
    assert len(found) == 8
    for name, text in found:
        path = tmp_path / "addons" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "addons"


@pytest.fixture
def shop(folder):
    """Address of the shop, which runs."""
    port = ports.any_free()
    process = subprocess.Popen(
        [sys.executable, str(folder / "shop.py"), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(address), message="the shop answers")
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def database(environment, template_db, folder):
    """A database with the addon of the tutorial."""
    own = dataclasses.replace(environment, odoo_addons=[*environment.odoo_addons, str(folder)])
    made = Database(own, f"e2e_tutorial_{os.getpid()}")
    databases.create(own, made.name, template_db("connector"))
    try:
        databases.install(own, made.name, ["connector_tiny"])
        yield made
    finally:
        made.drop()


def test_tutorial(database, shop, tmp_path):
    typed = [
        (code.replace(ADDRESS, shop), text.replace(ADDRESS, shop))
        for code, text in TYPED.findall(FILE.sub("", PAGE.read_text()))
    ]
    assert len(typed) == 5
    assert all(text for _code, text in typed)
    server = OdooServer(
        database.environment,
        tmp_path / "server",
        [database.name],
        sections={"queue_job": {"channels": "root:2"}},
    )
    try:
        server.start()
        session = ""
        for number, (code, expected) in enumerate(typed):
            # A shell keeps its variables: what the last part needs is typed before it.
            session = typed[3][0] if number == 4 else ""
            printed = database.run(SHELL, typed=session + code)
            assert printed.endswith(expected), code
            if number == 0:
                database.wait_jobs(timeout=120)
        assert server.unexpected_errors == []
    finally:
        server.kill()
    assert database.value("SELECT count(*) FROM queue_job WHERE channel = 'root.tiny'") == 4
