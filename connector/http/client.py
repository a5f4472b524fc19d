# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An HTTP client for jobs: whatever goes wrong is an error that a job understands."""

import json
import logging
import time
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from odoo.addons.queue_job.exception import FailedJobError

from ..exception import NetworkRetryableError
from .auth import as_auth
from .errors import error_of_status

_logger = logging.getLogger(__name__)


class _WithoutQuery(logging.Filter):
    """Leaves the queries of addresses out of what the libraries log: keys may be in them.

    They log each request at level DEBUG, with the path and its query as one of the arguments.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                argument.partition("?")[0] + "?..."
                if isinstance(argument, str) and "?" in argument
                else argument
                for argument in record.args
            )
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutQuery())

_CHUNK = 64 * 1024
_EXCERPT = 300
_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_REDIRECTS = 5


class HttpResponse(NamedTuple):
    """What came back.

    :param status: HTTP status
    :param headers: headers, whatever their case
    :param content: body
    :param what: the request in words, without secrets, for messages
    """

    status: int
    headers: CaseInsensitiveDict
    content: bytes
    what: str = ""

    def json(self) -> Any:
        """Read the body as JSON.

        :raises NetworkRetryableError: if it is something else, such as the page of a proxy
        """
        try:
            return json.loads(self.content)
        except ValueError:
            raise NetworkRetryableError(f"{self.what}: the answer is not JSON") from None


class _LimitedAdapter(HTTPAdapter):
    """Puts time limits on every request.

    They are set here and not for each request, as Odoo's test cases can't take two numbers.

    :param timeouts: seconds to connect, and between two signs of life
    """

    def __init__(self, timeouts: tuple[float, float]):
        self.timeouts = timeouts
        super().__init__()

    def send(self, request, **kwargs):
        kwargs["timeout"] = self.timeouts
        return super().send(request, **kwargs)


class HttpClient:
    """Sends requests to one server, over connections that it keeps.

    No message, log line or representation of it holds a secret: neither the credentials, nor the
    query of an address.

    :param base_url: address to which paths are added; a name and password in it are used as
        credentials
    :param auth: pair of name and password, or an object of :mod:`.auth` or of requests
    :param headers: headers of all requests
    :param connect_timeout: seconds for a connection to be accepted
    :param read_timeout: seconds between two signs of life of the server
    :param total_timeout: seconds for the whole answer
    :param max_size: bytes of the largest answer that is accepted
    :param verify: check the server's certificate; or path of a file with trusted ones
    :param secrets: more texts to keep out of messages
    """

    def __init__(
        self,
        base_url: str,
        auth=None,
        headers: dict | None = None,
        connect_timeout: float = 10,
        read_timeout: float = 60,
        total_timeout: float = 300,
        max_size: int = 256 * 1024 * 1024,
        verify: bool | str = True,
        secrets: tuple[str, ...] = (),
    ):
        base_url, auth = _take_credentials(base_url, auth)
        self.base_url = base_url.rstrip("/")
        self._total_timeout = total_timeout
        self._max_size = max_size
        self._session = requests.Session()
        self._session.auth = as_auth(auth)
        self._session.verify = verify
        for prefix in ("http://", "https://"):
            self._session.mount(prefix, _LimitedAdapter((connect_timeout, read_timeout)))
        self._session.headers.update(headers or {})
        self._secrets = tuple(secret for secret in secrets if secret)
        self._secrets += tuple(getattr(self._session.auth, "secrets", ()))

    def __repr__(self) -> str:
        return f"<HttpClient {self.base_url}>"

    def __enter__(self):
        return self

    def __exit__(self, *exc_info) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def request(self, method: str, path: str = "", **kwargs) -> HttpResponse:
        """Send a request.

        :param method: HTTP method
        :param path: path below the base address, or a full address on the same server
        :param kwargs: ``params``, ``json``, ``data``, ``files`` (a form with several parts),
            ``headers`` as requests takes them
        :return: the answer, of status 2xx
        :raises NetworkRetryableError: network failure, 429, 5xx: try later
        :raises IDMissingInBackend: 404 or 410
        :raises InvalidDataError: the server does not accept the data
        :raises FailedJobError: wrong credentials or settings

        An error that the server answered with has the answer as ``http_response``, for adapters of
        systems whose answers say more than their status does.
        """
        url = self._url_of(path)
        for _hop in range(_MAX_REDIRECTS + 1):
            what = f"{method} {_without_query(url)}"
            response = self._send(method, url, what, kwargs)
            if response.status not in _REDIRECTS:
                break
            url = self._redirection(method, url, response)
            # The new address has the query in it already.
            kwargs.pop("params", None)
        else:
            raise FailedJobError(f"{what}: redirected again and again")
        error = error_of_status(
            response.status,
            response.headers.get("Retry-After"),
            what,
            self._excerpt(response),
        )
        if error:
            # Never shown by itself: unlike the message it may hold anything.
            error.http_response = response
            raise error
        return response

    def keep_secret(self, *texts: str) -> None:
        """Keep more texts out of messages: keys of a session that the server has just given.

        :param texts: secrets; empty ones are ignored
        """
        self._secrets += tuple(text for text in texts if text and text not in self._secrets)

    def redact(self, text: str) -> str:
        """Blot out the secrets in a text.

        :param text: any text
        """
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _url_of(self, path: str) -> str:
        """Put an address together.

        :raises FailedJobError: if it is on another server, which must not get our credentials
        """
        if "://" not in path:
            return f"{self.base_url}/{path.lstrip('/')}" if path else self.base_url
        if not _same_server(self.base_url, path):
            raise FailedJobError(f"{_without_query(path)} is not on the server of {self.base_url}")
        return path

    def _send(self, method: str, url: str, what: str, kwargs: dict) -> HttpResponse:
        """Send one request, without following redirections.

        The library's own error messages hold whole addresses, so they never get out, not even as
        the cause of an error of ours.
        """
        deadline = time.monotonic() + self._total_timeout
        try:
            with self._session.request(
                method, url, stream=True, allow_redirects=False, **kwargs
            ) as response:
                content = self._read_body(response, deadline, what)
                return HttpResponse(response.status_code, response.headers, content, what)
        except requests.exceptions.SSLError:
            problem = FailedJobError(f"{what}: the server's certificate can't be trusted")
        except requests.exceptions.Timeout:
            problem = NetworkRetryableError(f"{what}: no answer in time")
        except (requests.exceptions.ConnectionError, HTTPError, OSError) as error:
            if isinstance(error, _CONFIGURATION_ERRORS):
                problem = FailedJobError(f"{what}: the address is not valid")
            else:
                problem = NetworkRetryableError(f"{what}: the connection failed ({_cause(error)})")
        raise problem

    def _read_body(self, response: requests.Response, deadline: float, what: str) -> bytes:
        """Read the answer, but not for ever, and not without end."""
        chunks, size = [], 0
        raw = response.raw
        while True:
            # `read1` returns what has arrived: a server that drips bytes can't keep us past the
            # limit.
            chunk = raw.read1(_CHUNK, decode_content=True)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)
            size += len(chunk)
            if size > self._max_size:
                raise FailedJobError(f"{what}: the answer is larger than {self._max_size} bytes")
            if time.monotonic() > deadline:
                raise NetworkRetryableError(f"{what}: no whole answer in time")

    def _redirection(self, method: str, url: str, response: HttpResponse) -> str:
        """Tell where a redirection leads.

        :raises FailedJobError: if following it would lose data or give our credentials away
        """
        target = urljoin(url, response.headers.get("Location", ""))
        if method not in ("GET", "HEAD") or not _same_server(url, target):
            raise FailedJobError(
                f"{response.what}: redirected to {_without_query(target)}; "
                "use that address in the settings, if it is the right one"
            )
        return target

    def _excerpt(self, response: HttpResponse) -> str:
        """Quote the beginning of an answer, in one line and without secrets."""
        text = self.redact(response.content[: 4 * _EXCERPT].decode("utf-8", "replace"))
        return " ".join(text.split())[:_EXCERPT]


_CONFIGURATION_ERRORS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
)


def _take_credentials(url: str, auth) -> tuple[str, Any]:
    """Take name and password out of an address."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url, auth
    clean = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return clean, auth or (parts.username or "", parts.password or "")


def _without_query(url: str) -> str:
    """Leave out what may be secret in an address: query, fragment, credentials."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _same_server(url: str, other: str) -> bool:
    """Tell whether credentials for one address may be sent to another."""
    first, second = urlsplit(url), urlsplit(other)
    if first.hostname != second.hostname:
        return False
    if (first.scheme, first.port) == (second.scheme, second.port):
        return True
    # From http to https on the usual ports is a step up.
    return (first.scheme, second.scheme) == ("http", "https") and not (first.port or second.port)


def _cause(error: Exception) -> str:
    """Name the kind of a network error, without its text."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", inner)
    return type(reason if isinstance(reason, Exception) else error).__name__
