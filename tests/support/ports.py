"""Ports on loopback that nobody listens on."""

import os
import socket
from random import randrange

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
FIRST = 20_000 + WORKER * 1_250
LAST = FIRST + 1_250
"""Below the range that the kernel hands to outgoing connections: those would take a port between look and use.

Each of the tests' processes looks in a part of its own: two would sometimes choose the same.
"""


def free_port(beside: tuple[int, ...] = ()) -> int:
    """A port such that it and each of those ``beside`` it (as distances) are free."""
    for _ in range(200):
        port = randrange(FIRST, LAST)
        if all(_is_free(port + distance) for distance in (0, *beside)):
            return port
    raise RuntimeError(f"no free port between {FIRST} and {LAST}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
