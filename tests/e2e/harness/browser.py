# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A real browser for end-to-end tests: Chromium, driven over its DevTools protocol.

::

    with Browser() as browser:
        browser.login("http://127.0.0.1:8069", "mydb", "admin", "admin")
        browser.goto("/odoo/jobs")
        browser.wait_for_selector(".o_list_view")
        browser.click("text=Requeue")
        browser.screenshot("jobs.png")
        assert not browser.errors
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

#: Nothing but the page under test may use the network.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--password-store=basic",
    "--use-mock-keychain",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)

#: Lines of the console that say nothing about us. Debian's Odoo leaves this library
#: of the mail addon out and says so.
HARMLESS = ("selfie_segmentation",)

#: Gives an element by CSS selector, or by ``text=`` the innermost visible one that
#: holds the text.
_FIND = """
(selector) => {
    if (!selector.startsWith("text=")) {
        return document.querySelector(selector);
    }
    const text = selector.slice(5);
    const holds = (el) => el.textContent.trim() === text && el.getClientRects().length;
    const found = [...document.querySelectorAll("button, a, label, span, td, th, div, h1, p")];
    return found.filter(holds).pop() || null;
}
"""


class BrowserError(AssertionError):
    """The page did not do what the test waited for, or the browser is gone."""


def find_chromium() -> str | None:
    """Return the path of a Chromium: the variable CHROMIUM, else the first one found."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One headless browser with one page.

    :param path: the Chromium to use; by default the one that ``find_chromium`` returns
    :param size: width and height of the page, in pixels
    :param timeout: seconds that every wait may take, unless it says otherwise
    """

    def __init__(
        self,
        path: str | None = None,
        *,
        size: tuple[int, int] = (1400, 900),
        timeout: float = 90.0,
    ) -> None:
        self.path = path
        self.size = size
        self.timeout = timeout
        self.base_url = ""
        #: Errors of the page: uncaught exceptions, console.error and failed requests.
        self.errors: list[str] = []
        #: Where the mouse is, in pixels of the page.
        self.pointer = (0.0, 0.0)
        self._process: subprocess.Popen | None = None
        self._socket: websocket.WebSocket | None = None
        self._folder: str | None = None
        self._last_id = 0

    def __enter__(self) -> Browser:  # noqa: PYI034 - there is no typing.Self in Python 3.10
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the browser and connect to its page.

        :raises BrowserError: when there is no Chromium, or it does not come up
        """
        path = self.path or find_chromium()
        if not path:
            raise BrowserError("no Chromium found: install one or name it in CHROMIUM")
        self._folder = tempfile.mkdtemp(prefix="browser-")
        self._process = subprocess.Popen(
            [
                path,
                *FLAGS,
                f"--user-data-dir={self._folder}",
                f"--window-size={self.size[0]},{self.size[1]}",
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._connect()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the browser and forget its profile."""
        if self._socket:
            self._socket.close()
            self._socket = None
        if self._process:
            # It is the leader of a session of its own: this reaches its helpers too.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def login(self, base_url: str, db: str, login: str, password: str) -> None:
        """Open a session of Odoo and give its cookie to the page.

        :param base_url: address of the server, as ``http://127.0.0.1:8069``
        :param db: name of the database
        :raises BrowserError: when the server refuses
        """
        self.base_url = base_url.rstrip("/")
        body = {"jsonrpc": "2.0", "params": {"db": db, "login": login, "password": password}}
        request = urllib.request.Request(
            f"{self.base_url}/web/session/authenticate",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            answer = json.load(response)
            cookie = SimpleCookie(response.headers.get("Set-Cookie", ""))
        if not answer.get("result", {}).get("uid") or "session_id" not in cookie:
            raise BrowserError(f"login as {login} failed: {answer.get('error')}")
        self.call(
            "Network.setCookie",
            name="session_id",
            value=cookie["session_id"].value,
            url=self.base_url,
            httpOnly=True,
        )

    def goto(self, url: str, *, timeout: float | None = None) -> None:
        """Load a page and wait until its document is complete.

        :param url: address; one that starts with a slash belongs to the logged-in server
        :param timeout: seconds, for the first page of a server, which builds its assets
        """
        target = f"{self.base_url}{url}" if url.startswith("/") else url
        answer = self.call("Page.navigate", url=target)
        if answer.get("errorText"):
            raise BrowserError(f"{target}: {answer['errorText']}")
        self.wait_for("document.readyState === 'complete'", timeout=timeout)

    def evaluate(self, expression: str, *, timeout: float | None = None) -> Any:
        """Run JavaScript in the page and return its value; promises are waited for.

        :param expression: expression whose value JSON can carry
        :raises BrowserError: with the message of what it threw
        """
        answer = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
            _timeout=timeout,
        )
        details = answer.get("exceptionDetails")
        if details:
            thrown = details.get("exception", {}).get("description") or details.get("text")
            raise BrowserError(f"{thrown} in: {expression[:500]}")
        return answer["result"].get("value")

    def wait_for(self, expression: str, *, timeout: float | None = None) -> Any:
        """Wait until a JavaScript expression is true, and return its value.

        The page itself looks again every 20 ms, so this returns with the change.

        :param expression: may fail as long as it is not true yet
        :raises BrowserError: when it does not become true in time
        """
        limit = timeout or self.timeout
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            watch = f"""new Promise((resolve) => {{
                const end = performance.now() + {left * 1000};
                const look = () => {{
                    let value = null;
                    try {{ value = ({expression}); }} catch {{ value = null; }}
                    if (value || performance.now() > end) {{ resolve(value); }}
                    else {{ setTimeout(look, 20); }}
                }};
                look();
            }})"""
            try:
                value = self.evaluate(watch, timeout=left + 5)
            except _PageGone:
                # The page is being replaced by another: look again in the new one.
                continue
            if value:
                return value
        where = self.call("Runtime.evaluate", expression="location.href")["result"].get("value")
        raise BrowserError(f"not true within {limit:g} s at {where}: {expression[:500]}")

    def wait_for_selector(self, selector: str, *, timeout: float | None = None) -> None:
        """Wait until an element is there.

        :param selector: CSS selector, or ``text=`` and the whole text of the element
        """
        self.wait_for(f"Boolean(({_FIND})({json.dumps(selector)}))", timeout=timeout)

    def click(self, selector: str, *, timeout: float | None = None) -> None:
        """Wait for an element and click in its middle, with a real mouse event.

        It must have been at one place in two looks: what a page still moves would be missed.

        :param selector: as for ``wait_for_selector``
        """
        self.move_to(selector, timeout=timeout)
        self.press_button()
        self.release_button()

    def move_to(self, selector: str, *, timeout: float | None = None) -> None:
        """Wait for an element as ``click`` does, and move the pointer there."""
        self.pointer = self.wait_for(
            f"""(() => {{
                const el = ({_FIND})({json.dumps(selector)});
                if (!el) {{ return null; }}
                el.scrollIntoView({{ block: "center", inline: "center" }});
                const box = el.getBoundingClientRect();
                const x = box.left + box.width / 2, y = box.top + box.height / 2;
                const top = document.elementFromPoint(x, y);
                const reached = top && (el.contains(top) || top.contains(el));
                const was = window.__clicked;
                window.__clicked = {{ el, x, y }};
                const rests = was && was.el === el && was.x === x && was.y === y;
                if (!box.width || !reached || !rests) {{ return null; }}
                window.__clicked = null;
                return [x, y];
            }})()""",
            timeout=timeout,
        )
        x, y = self.pointer
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press_button(self) -> None:
        """Press the mouse's button where the pointer is, and hold it."""
        self._mouse("mousePressed", buttons=1)

    def release_button(self) -> None:
        """Let the mouse's button go."""
        self._mouse("mouseReleased")

    def _mouse(self, event: str, **options: Any) -> None:
        x, y = self.pointer
        place = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=event, **place, **options)

    def type(self, selector: str, text: str) -> None:
        """Click into a field, replace what it holds by a text, and keep the focus there.

        :param selector: as for ``wait_for_selector``
        """
        self.click(selector)
        self.evaluate("document.activeElement.select && document.activeElement.select()")
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press and release a key.

        :param key: its name in the DOM: ``Enter``, ``Escape``, ``Tab``, ``ArrowDown``...
        """
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38}
        codes |= {"ArrowRight": 39, "ArrowDown": 40}
        event = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **event, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def text(self, selector: str = "body") -> str:
        """Return the visible text of an element."""
        find = f"({_FIND})({json.dumps(selector)})"
        return self.wait_for(f"{find} && {{ text: {find}.innerText ?? {find}.textContent }}")[
            "text"
        ]

    def count(self, selector: str) -> int:
        """Return how many elements match a CSS selector."""
        return self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length")

    def screenshot(self, path: str | Path, *, full_page: bool = False) -> Path:
        """Write what the page shows to a PNG file.

        :param full_page: the whole page, not only what fits into the window
        """
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=full_page)[
            "data"
        ]
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))
        return path

    def call(self, method: str, *, _timeout: float | None = None, **params: Any) -> dict:
        """Send a command of the DevTools protocol and return its answer.

        :raises BrowserError: when the browser refuses it or does not answer
        """
        self._last_id += 1
        number = self._last_id
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + (_timeout or self.timeout)
        while True:
            message = self._receive(deadline, method)
            if message.get("id") == number:
                break
            self._note(message)
        if "error" in message:
            text = message["error"].get("message", "")
            gone = "context was destroyed" in text or "navigated or closed" in text
            raise (_PageGone if gone else BrowserError)(f"{method}: {text}")
        return message["result"]

    def _connect(self) -> None:
        # Chromium writes the port it got, and a path, into this file once it listens.
        port_file = Path(self._folder, "DevToolsActivePort")
        deadline = time.monotonic() + self.timeout
        while not (port_file.exists() and port_file.read_text().count("\n")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise BrowserError(f"Chromium did not start (exit {self._process.poll()})")
            time.sleep(0.02)
        port = port_file.read_text().split("\n", 1)[0]
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/json/list", timeout=self.timeout
        ) as response:
            pages = [page for page in json.load(response) if page["type"] == "page"]
        self._socket = websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], timeout=self.timeout
        )
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=self.size[0],
            height=self.size[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def _receive(self, deadline: float, method: str) -> dict:
        left = deadline - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            return json.loads(self._socket.recv())
        except (TimeoutError, websocket.WebSocketTimeoutException) as error:
            raise BrowserError(f"the browser did not answer {method} in time") from error
        except (OSError, websocket.WebSocketException, ValueError) as error:
            raise BrowserError(f"the browser is gone: {error}") from error

    def _note(self, message: dict) -> None:
        """Keep what an event says about errors of the page."""
        params = message.get("params", {})
        text = None
        if message.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details.get("text")
        elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
            text = " ".join(
                str(arg.get("value") or arg.get("description") or "") for arg in params["args"]
            )
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            text = f"{params['entry']['text']} {params['entry'].get('url', '')}".strip()
        if text and not any(harmless in text for harmless in HARMLESS):
            self.errors.append(text)


class _PageGone(BrowserError):
    """The page was left while it computed an answer."""
