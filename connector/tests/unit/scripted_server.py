# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An HTTP server on a free port of this machine, which answers as it is told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Request(NamedTuple):
    """What the server was asked."""

    method: str
    path: str
    headers: dict
    body: bytes


class Reply(NamedTuple):
    """What the server answers.

    ``script``, if given, gets the handler instead, and writes on the connection what it likes.
    """

    status: int = 200
    body: bytes | str = b""
    headers: dict = {}
    script: object = None


class ScriptedServer:
    """Answers requests with replies, by method and path, or in turn.

    :param replies: dict of a reply or a list of replies, by ``"METHOD /path"``
    """

    def __init__(self, replies=None):
        self.replies = dict(replies or {})
        self.requests = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(
                    self.command, self.path, dict(self.headers), self.rfile.read(length)
                )
                server.requests.append(request)
                reply = server.reply_to(request)
                if reply.script:
                    self.close_connection = True
                    reply.script(self)
                    return
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *args):
                """Stay silent."""

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    def reply_to(self, request: Request) -> Reply:
        """Choose the reply: the next one of a list, or always the same."""
        found = self.replies.get(f"{request.method} {request.path.partition('?')[0]}")
        if callable(found):
            return found(request)
        if isinstance(found, list):
            return found.pop(0)
        return found or Reply(404, "no such page")

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._httpd.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()


class SystemServer(ScriptedServer):
    """Has a system in memory answer.

    :param system: object with a method ``handle(method, path, headers, body)``, which returns
        status, headers and body
    """

    def __init__(self, system):
        super().__init__()
        self.system = system
        #: replies to the next requests, whatever they are
        self.faults = []

    def reply_to(self, request: Request) -> Reply:
        """Answer with a fault as long as there are some, or else what the system says."""
        if self.faults:
            return self.faults.pop(0)
        status, headers, body = self.system.handle(*request)
        return Reply(status, body, headers)
