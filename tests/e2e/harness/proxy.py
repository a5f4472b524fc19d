# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A stretch of network between a program and PostgreSQL that fails in the ways networks do.

Nothing is said when a cable is pulled or a firewall forgets a connection: no end of the stream,
no reset. What is sent goes nowhere, for as long as either side cares to wait.
"""

from __future__ import annotations

import ctypes
import selectors
import socket
import struct
import sys
import threading
from contextlib import suppress

from devtools import ports

_SO_ATTACH_FILTER = 26
# The shortest program of the kernel's packet filter: return 0, keep nothing of the packet.
_KEEP_NOTHING = struct.pack("=HBBI", 0x06, 0, 0, 0)


class Proxy:
    """Passes connections on to a server until it is told to be silent.

    :param port: the server's port on the loopback address
    """

    def __init__(self, port: int) -> None:
        self._target = (ports.LOOPBACK, port)
        self._server = socket.create_server((ports.LOOPBACK, ports.any_free()))
        self.port: int = self._server.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._peers: dict[socket.socket, socket.socket | None] = {}
        self._dead: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_silent = False
        self._is_closed = False
        self._selector.register(self._server, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        """Return how many connections pass through at this moment."""
        with self._lock:
            return sum(sock not in self._dead for sock in self._peers) // 2

    def swallow(self) -> None:
        """Take what comes and pass nothing on, as a pooler does that has lost its server.

        The kernel acknowledges it all: only who waits for an answer can notice.
        """
        with self._lock:
            self._is_silent = True
            self._dead |= set(self._peers)

    def cut(self) -> None:
        """Drop every packet of the present connections unread and unacknowledged.

        New ones are taken and get no answer. See :func:`can_cut`.
        """
        self.swallow()
        with self._lock:
            for sock in self._peers:
                _drop_packets(sock)

    def mend(self) -> None:
        """Let new connections pass; those that were there stay dead, as what was sent is lost."""
        with self._lock:
            self._is_silent = False

    def close(self) -> None:
        """End all connections and go away."""
        self._is_closed = True
        # Wakes the thread: a connection that it then finds closed.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(5)
        for sock in [*self._peers, self._server]:
            sock.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._is_closed:
            for key, _events in self._selector.select(1):
                if self._is_closed:
                    return
                if key.fileobj is self._server:
                    self._accept()
                else:
                    self._pass_on(key.fileobj)

    def _accept(self) -> None:
        client, _address = self._server.accept()
        with self._lock:
            is_silent = self._is_silent
        try:
            server = None if is_silent else socket.create_connection(self._target, timeout=10)
        except OSError:
            # The server is down: so is the way to it.
            client.close()
            return
        with self._lock:
            for sock, peer in ((client, server), (server, client)):
                if sock is not None:
                    sock.settimeout(None)
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._peers[sock] = peer
                    self._selector.register(sock, selectors.EVENT_READ)
            if server is None:
                self._dead.add(client)

    def _pass_on(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(65536)
        except OSError:
            data = b""
        with self._lock:
            peer, is_dead = self._peers.get(sock), sock in self._dead
        if not data:
            # The other end of a dead connection never hears of it.
            self._forget(sock)
            if peer is not None and not is_dead:
                self._forget(peer)
        elif peer is not None and not is_dead:
            with suppress(OSError):
                peer.sendall(data)

    def _forget(self, sock: socket.socket) -> None:
        with self._lock:
            if sock in self._peers:
                del self._peers[sock]
                self._dead.discard(sock)
                self._selector.unregister(sock)
                sock.close()


def can_cut() -> bool:
    """Tell whether packets can be dropped here: some kernels let only root do that."""
    if sys.platform != "linux":
        return False
    with socket.socket() as sock:
        try:
            _drop_packets(sock)
        except PermissionError:
            return False
    return True


def _drop_packets(sock: socket.socket) -> None:
    program = ctypes.create_string_buffer(_KEEP_NOTHING, len(_KEEP_NOTHING))
    header = struct.pack("HP", 1, ctypes.addressof(program))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, header)
