# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Talk to an Odoo server over HTTP, as any client does."""

from __future__ import annotations

import itertools
import json
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

_request_ids = itertools.count(1)


class RpcError(RuntimeError):
    """The server refused or failed.

    :param message: in a line
    :param details: the remote traceback, where there is one
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(details or message)
        self.message = message


def ask(address: str, service: str, method: str, *args: Any, timeout: float = 120.0) -> Any:
    """Call one of Odoo's services.

    :param address: of the server, as in ``http://127.0.0.1:8069``
    :param service: ``common`` or ``object``
    :param method: of the service
    :param args: JSON's types
    :param timeout: seconds without an answer
    :return: what it returned
    :raises RpcError: it raised
    """
    body = {
        "jsonrpc": "2.0",
        "method": "call",
        "id": next(_request_ids),
        "params": {"service": service, "method": method, "args": args},
    }
    request = urllib.request.Request(
        f"{address}/jsonrpc", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=timeout) as response:
        answer = json.load(response)
    if error := answer.get("error"):
        data = error.get("data", {})
        raise RpcError(data.get("message") or error["message"], data.get("debug", ""))
    return answer["result"]


def call(
    address: str,
    database: str,
    login: str,
    password: str,
    model: str,
    method: str,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """Call a method of a model.

    :param address: of the server
    :param database: its name
    :param login: the user
    :param password: password or API key
    :param model: its name
    :param method: a public method's name
    :param args: JSON's types; the ids first, where the method works on records
    :param kwargs: JSON's types
    :return: what the method returned
    :raises RpcError: the user was refused, or the method raised
    """
    uid = ask(address, "common", "authenticate", database, login, password, {})
    if not uid:
        raise RpcError(f"{login} was refused by {database}")
    return ask(
        address, "object", "execute_kw", database, uid, password, model, method, args, kwargs or {}
    )
