# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Every way in which a request may end, against a server of this machine."""

import socket
import threading
import traceback

import pytest
from scripted_server import Reply, ScriptedServer

from odoo.addons.connector.exception import (
    ConnectorException,
    IDMissingInBackend,
    InvalidDataError,
    JobError,
    NetworkRetryableError,
)
from odoo.addons.connector.http import BasicAuth, BearerAuth, HeaderAuth, HttpClient
from odoo.addons.queue_job.exception import FailedJobError

SECRET = "s3cret-key"


@pytest.fixture
def server():
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def client(server):
    with HttpClient(server.url, auth=("user", SECRET), read_timeout=0.5) as client:
        yield client


def failure(client, server, reply, method="GET", **kwargs):
    """Return the error of a request to which the server answers so."""
    server.replies[f"{method} /x"] = reply
    with pytest.raises((JobError, ConnectorException)) as caught:
        client.request(method, "x", **kwargs)
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown
    return caught.value


def test_success(client, server):
    server.replies["POST /x"] = Reply(201, '{"id": 5}', {"X-Total": "1"})
    response = client.request("POST", "/x", params={"a": "1"}, json={"b": 2})
    assert (response.status, response.json(), response.headers["x-total"]) == (201, {"id": 5}, "1")
    (request,) = server.requests
    assert (request.path, request.body) == ("/x?a=1", b'{"b": 2}')


def test_connections_are_kept(client, server):
    ports = set()

    def reply(request):
        ports.add(request.headers["Connection"])
        return Reply()

    server.replies["GET /x"] = reply
    client.request("GET", "x")
    client.request("GET", "x")
    assert ports == {"keep-alive"}


def test_compressed_answer(client, server):
    import gzip

    body = gzip.compress(b'{"a": 1}')
    server.replies["GET /x"] = Reply(200, body, {"Content-Encoding": "gzip"})
    assert client.request("GET", "x").json() == {"a": 1}


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (("user", "pässword"), "Authorization", "Basic dXNlcjpww6Rzc3dvcmQ="),
        (BasicAuth("key"), "Authorization", "Basic a2V5Og=="),
        (BearerAuth("token"), "Authorization", "Bearer token"),
        (HeaderAuth("X-Key", "k"), "X-Key", "k"),
    ],
)
def test_credentials(server, auth, header, value):
    server.replies["GET /"] = Reply()
    HttpClient(server.url + "/", auth=auth).request("GET", "/")
    assert server.requests[0].headers[header] == value


def test_no_credentials_are_taken_from_elsewhere(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.replies["GET /x"] = Reply()
    HttpClient(server.url).request("GET", "x")
    assert "Authorization" not in server.requests[0].headers


def test_credentials_in_the_address(server):
    server.replies["GET /x"] = Reply()
    address = server.url.replace("//", f"//user:{SECRET}@")
    client = HttpClient(address)
    client.request("GET", "x")
    assert "Authorization" in server.requests[0].headers
    assert SECRET not in repr(client) + client.base_url


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 408, 425])
def test_try_again(client, server, status):
    error = failure(client, server, Reply(status))
    assert type(error) is NetworkRetryableError
    assert (error.seconds, error.ignore_retry) == (None, False)
    assert str(status) in str(error)


def test_try_again_at_a_given_time(client, server):
    assert failure(client, server, Reply(503, headers={"Retry-After": "90"})).seconds == 90


def test_too_many_requests(client, server):
    error = failure(client, server, Reply(429, headers={"Retry-After": "17"}))
    assert (error.seconds, error.ignore_retry) == (17, True)
    assert failure(client, server, Reply(429)).seconds == 60


@pytest.mark.parametrize("status", [401, 403])
def test_access_refused(client, server, status):
    error = failure(client, server, Reply(status, "wrong key " + SECRET))
    assert isinstance(error, FailedJobError)
    assert "credentials" in str(error)


@pytest.mark.parametrize("status", [404, 410])
def test_missing(client, server, status):
    assert type(failure(client, server, Reply(status))) is IDMissingInBackend


@pytest.mark.parametrize("status", [400, 409, 422])
def test_invalid_data(client, server, status):
    body = f"<p>bad\n\n   value {SECRET}" + "x" * 5000
    error = failure(client, server, Reply(status, body), "POST", json={})
    assert type(error) is InvalidDataError
    assert "<p>bad value ***xxx" in str(error)
    assert len(str(error)) < 500


@pytest.mark.parametrize("status", [402, 405, 418, 501])
def test_other_statuses_fail(client, server, status):
    error = failure(client, server, Reply(status))
    assert isinstance(error, FailedJobError)
    assert not isinstance(error, NetworkRetryableError)


def test_query_is_not_shown(client, server):
    error = failure(client, server, Reply(500), params={"key": SECRET})
    assert "/x" in str(error)
    assert "?" not in str(error)


def test_query_is_not_logged(client, server, caplog):
    """Not even at the level at which the libraries log each request."""
    caplog.set_level("DEBUG")
    server.replies["GET /x"] = [Reply(302, headers={"Location": f"/x?key={SECRET}"}), Reply()]
    client.request("GET", "x", params={"key": SECRET})
    failure(client, server, Reply(500), params={"key": SECRET})
    assert "/x?..." in caplog.text
    assert SECRET not in caplog.text


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NetworkRetryableError, match="connection failed") as caught:
        HttpClient(url).request("GET", "x", params={"key": SECRET})
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_unknown_host():
    with pytest.raises(NetworkRetryableError):
        HttpClient("http://no-such-host.invalid").request("GET")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "nothing"])
def test_wrong_address(url):
    with pytest.raises(FailedJobError):
        HttpClient(url).request("GET")


def test_slow_answer(client, server):
    done = threading.Event()
    reply = Reply(script=lambda handler: done.wait(10))
    try:
        assert "in time" in str(failure(client, server, reply))
    finally:
        done.set()


def test_answer_that_drips(server):
    """Each byte comes in time, but the whole does not."""
    done = threading.Event()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while not done.wait(0.02):
                handler.wfile.write(b".")
        except OSError:
            done.set()

    client = HttpClient(server.url, read_timeout=5, total_timeout=0.2, auth=("user", SECRET))
    try:
        assert "in time" in str(failure(client, server, Reply(script=drip)))
    finally:
        done.set()


def test_cut_connection(client, server):
    def cut(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")

    assert isinstance(failure(client, server, Reply(script=cut)), NetworkRetryableError)
    error = failure(client, server, Reply(script=lambda handler: None))
    assert isinstance(error, NetworkRetryableError)


def test_answer_that_is_no_http(client, server):
    reply = Reply(script=lambda handler: handler.wfile.write(b"hello\r\n"))
    assert isinstance(failure(client, server, reply), NetworkRetryableError)


def test_large_answer(server):
    client = HttpClient(server.url, max_size=100, auth=("user", SECRET))
    error = failure(client, server, Reply(200, b"x" * 101))
    assert isinstance(error, FailedJobError)
    assert "larger" in str(error)


def test_answer_that_is_no_json(client, server):
    server.replies["GET /x"] = Reply(200, "<html>maintenance")
    with pytest.raises(NetworkRetryableError, match="not JSON"):
        client.request("GET", "x").json()


def test_redirection_on_the_same_server(client, server):
    server.replies["GET /x"] = Reply(302, headers={"Location": "/y?page=2"})
    server.replies["GET /y"] = Reply(200, "1")
    assert client.request("GET", "x", params={"a": 1}).json() == 1
    assert server.requests[1].path == "/y?page=2"
    assert "Authorization" in server.requests[1].headers


def test_redirection_to_another_server(client, server):
    with ScriptedServer({"GET /y": Reply()}) as other:
        reply = Reply(302, headers={"Location": f"{other.url}/y?key={SECRET}"})
        error = failure(client, server, reply)
        assert isinstance(error, FailedJobError)
        assert other.url in str(error)
        assert not other.requests


def test_redirection_of_a_change(client, server):
    reply = Reply(302, headers={"Location": "/y"})
    assert isinstance(failure(client, server, reply, "POST"), FailedJobError)


def test_redirection_without_end(client, server):
    reply = Reply(302, headers={"Location": "/x"})
    assert "again and again" in str(failure(client, server, reply))


def test_full_address(client, server):
    server.replies["GET /x"] = Reply()
    client.request("GET", f"{server.url}/x")
    with pytest.raises(FailedJobError, match="not on the server"):
        client.request("GET", "http://localhost:1/x")


def test_redaction():
    client = HttpClient("http://localhost", auth=BearerAuth("abcd"), secrets=("efgh", ""))
    assert client.redact("Bearer abcd, abcd, efgh") == "***, ***, ***"
    assert HttpClient("http://localhost", auth=("user", "pw")).redact("pw") == "pw", "too short"
    client.keep_secret("session-1", "")
    assert client.redact("session-1: abcd!") == "***: ***!"


def test_an_error_has_the_whole_answer(client, server):
    error = failure(client, server, Reply(409, '{"exception": "versioning"}'))
    assert error.http_response.status == 409
    assert error.http_response.json() == {"exception": "versioning"}


def test_form_with_several_parts(client, server):
    server.replies["POST /x"] = Reply(201)
    client.request(
        "POST", "x", data={"name[0]": "ü"}, files={"content": ("ä.bin", b"\x00\xff", "image/png")}
    )
    (request,) = server.requests
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert 'name="name[0]"\r\n\r\nü'.encode() in request.body
    assert b'name="content"; filename="\xc3\xa4.bin"' in request.body
    assert b"Content-Type: image/png\r\n\r\n\x00\xff" in request.body
