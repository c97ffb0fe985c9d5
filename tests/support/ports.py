"""Ports for the servers of tests, none of them given twice."""

import socket
import sys

_kept: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody listens on, and that no other process is given while this one lives.

    It stays taken by a socket that does not listen. Linux lets a server listen beside such a socket,
    if both allow their address to be used again, as every server here does; but it gives the port
    neither to whoever asks for any port nor to a connection that goes out. So a server can also be
    stopped, and started again where it was.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    port = keeper.getsockname()[1]
    if sys.platform == "linux":
        _kept.append(keeper)
    else:
        keeper.close()
    return port


def give_back() -> None:
    """Let go of every port at the end of the run."""
    while _kept:
        _kept.pop().close()
