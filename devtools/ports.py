# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Free TCP ports on the loopback address; no server of ours listens anywhere else."""

import os
import socket

from .errors import DevError

LOOPBACK = "127.0.0.1"
LAST = 65535
#: ``0/2``, ``1/2``: which part of the free ports is ours. Who has another part runs beside us: a
#: port that was free when one of us looked must not be taken by the other before it is used.
SHARE_VARIABLE = "DEV_PORTS"


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port of the loopback address now.

    :param port: 1 to 65535
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection that is just being closed doesn't count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def may_not_listen(port: int) -> bool:
    """Tell whether the system reserves a port for others than us.

    :param port: 1 to 65535
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            return True
        except OSError:
            return False
        return False


def any_free() -> int:
    """Return a port that the system considers free, of our share."""
    mine, _, shares = os.environ.get(SHARE_VARIABLE, "0/1").partition("/")
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((LOOPBACK, 0))
            port = probe.getsockname()[1]
        # By twos: Linux only hands out odd ones here, as long as there are any.
        if port // 2 % int(shares) == int(mine):
            return port


def choose(wanted: int | None, preferred: int, tries: int = 50) -> int:
    """Choose a port to listen on.

    :param wanted: the port the user asked for, taken or refused; None leaves the choice to us
    :param preferred: the first port tried when the user asked for none
    :param tries: how many ports from ``preferred`` on are tried
    :return: a port that was free when asked
    :raises DevError: the wanted port is taken, or all the tried ones are
    """
    if wanted is not None:
        if not 1 <= wanted <= LAST:
            raise DevError(f"{wanted} is no port number", f"choose one from 1024 to {LAST}")
        if may_not_listen(wanted):
            raise DevError(f"Only root may listen on port {wanted}", "choose a --port from 1024 on")
        if not is_free(wanted):
            raise DevError(
                f"Port {wanted} is taken", "stop what listens there or choose another --port"
            )
        return wanted
    for port in range(preferred, min(preferred + tries, LAST + 1)):
        if is_free(port):
            return port
    raise DevError(
        f"The ports {preferred} to {preferred + tries - 1} are all taken", "choose one with --port"
    )
