# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Choosing ports."""

import contextlib
import socket

import pytest

from devtools import ports
from devtools.errors import DevError


@pytest.fixture
def taken():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_taken_port_is_seen(taken):
    assert not ports.is_free(taken)
    assert ports.is_free(ports.any_free())


def test_wanted_port_that_is_taken_is_refused(taken):
    with pytest.raises(DevError, match=f"Port {taken} is taken"):
        ports.choose(taken, 8069)


def test_wanted_port_that_is_free():
    port = ports.any_free()
    assert ports.choose(port, 8069) == port


@pytest.mark.parametrize("number", [0, -1, 65536])
def test_wanted_port_that_is_none(number):
    with pytest.raises(DevError, match="no port number"):
        ports.choose(number, 8069)


def test_preferred_port_that_is_taken_gives_the_next_free_one(taken):
    assert taken < ports.choose(None, taken) < taken + 50


def test_no_port_left(taken):
    with pytest.raises(DevError, match="all taken"):
        ports.choose(None, taken, tries=1)


def test_no_port_behind_the_last():
    with pytest.raises(DevError, match="all taken"):
        ports.choose(None, ports.LAST + 1)


def test_port_of_root_is_refused_as_such(monkeypatch):
    class Reserved(socket.socket):
        def bind(self, address):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ports.socket, "socket", Reserved)
    with pytest.raises(DevError, match="Only root may listen on port 80: choose a --port from"):
        ports.choose(80, 8069)


def test_ports_of_two_shares_differ(monkeypatch):
    found = []
    for share in ("0/2", "1/2"):
        monkeypatch.setenv(ports.SHARE_VARIABLE, share)
        found.append({ports.any_free() for _number in range(40)})
    assert len(found[0]) > 20
    assert not found[0] & found[1]
