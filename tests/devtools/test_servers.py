# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What surrounds an Odoo server: its configuration, calls over HTTP, what the user is shown."""

import configparser
import http.server
import json
import stat
import threading

import pytest

from devtools import odoo_config, rpc
from devtools.console import render_bar
from devtools.environment import ROOT, Environment, Postgres


@pytest.fixture
def environment(tmp_path) -> Environment:
    server = Postgres("127.0.0.1", 5432, "odoo", "sec%ret")
    return Environment("python", "odoo", ("/odoo/addons",), "19.0", str(tmp_path), server)


def read(path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.read(path)
    return parser


def test_configuration(environment, tmp_path):
    path = tmp_path / "odoo.conf"
    odoo_config.write(path, environment, ["one", "two"], 8169)
    options = read(path)["options"]
    assert options["db_name"] == "one,two"
    assert options["db_password"] == "sec%ret"
    assert options["http_interface"] == "127.0.0.1"
    assert options["http_port"] == "8169"
    folders = options["addons_path"].split(",")
    assert folders == [str(ROOT), str(ROOT / "examples"), "/odoo/addons"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_further_sections_and_options(environment, tmp_path):
    path = tmp_path / "odoo.conf"
    sections = {"options": {"workers": 2, "http_port": 1}, "queue_job": {"channels": "root:4"}}
    odoo_config.write(path, environment, ["one"], 8169, sections=sections, tests=True)
    parser = read(path)
    assert parser["options"]["workers"] == "2"
    assert parser["options"]["http_port"] == "1"
    assert parser["queue_job"]["channels"] == "root:4"
    assert str(ROOT / "tests") in parser["options"]["addons_path"].split(",")


def test_password_of_a_server_without_one(environment, tmp_path):
    import dataclasses

    without = dataclasses.replace(environment.postgres, password="")
    environment = dataclasses.replace(environment, postgres=without)
    odoo_config.write(tmp_path / "odoo.conf", environment, ["one"], 8169)
    # Odoo's way to say none.
    assert read(tmp_path / "odoo.conf")["options"]["db_password"] == "False"


def test_addons_that_are_installed_need_no_path(environment):
    import dataclasses

    installed = dataclasses.replace(environment, addons_from_checkout=False, odoo_addons=())
    assert installed.addons_path() == ""
    assert installed.addons_options() == []
    assert environment.addons_options() == [f"--addons-path={environment.addons_path()}"]


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers as Odoo does: a user 7 who may do all but fail."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        params = body["params"]
        if params["method"] == "authenticate":
            answer = {"result": 7 if params["args"][2] == "right" else False}
        elif params["args"][4] == "fail":
            data = {"message": "It failed", "debug": "Traceback: It failed"}
            answer = {"error": {"message": "Odoo Server Error", "data": data}}
        else:
            answer = {"result": params["args"]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"id": body["id"], **answer}).encode())

    def log_message(self, *args):
        """Be quiet."""


@pytest.fixture(scope="module")
def address():
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_call(address):
    answer = rpc.call(address, "db", "me", "right", "res.partner", "read", [[1]], {"fields": ["x"]})
    assert answer == ["db", 7, "right", "res.partner", "read", [[1]], {"fields": ["x"]}]


def test_refused_login(address):
    with pytest.raises(rpc.RpcError, match="me was refused by db"):
        rpc.call(address, "db", "me", "wrong", "res.partner", "read")


def test_failed_call_has_the_remote_traceback(address):
    with pytest.raises(rpc.RpcError, match="Traceback: It failed") as raised:
        rpc.call(address, "db", "me", "right", "res.partner", "fail")
    assert raised.value.message == "It failed"


@pytest.mark.parametrize(
    ("done", "total", "blocks"), [(0, 0, 0), (0, 9, 0), (5, 10, 15), (10, 10, 30), (11, 10, 30)]
)
def test_bar(done, total, blocks):
    line = render_bar("Importing", done, total, "jobs")
    assert line.count("█") == blocks
    assert line.count("█") + line.count("░") == 30
    assert line.endswith(f" {done}/{total} jobs")
