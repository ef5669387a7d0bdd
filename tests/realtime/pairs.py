"""A ``Socket`` of ours and a real client at its other end, over a pair of connected sockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from app.realtime.socket import Socket

MOST = 64 * 1024 * 1024


@contextmanager
def pair(**options: Any) -> Iterator[tuple[Socket, ClientConnection]]:
    """Both ends after the handshake, over TCP on loopback; ``options`` are the client's."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        theirs = socket.create_connection(listening.getsockname())
        ours, _address = listening.accept()
    accepted: list[Socket] = []
    server = threading.Thread(target=lambda: accepted.append(_accept(ours)))
    server.start()
    client = connect(
        "ws://belfry/live", sock=theirs, max_size=MOST, proxy=None, legacy=True, close_timeout=1, **options
    )
    server.join()
    try:
        yield accepted[0], client
    finally:
        accepted[0].finish()
        ours.close()
        client.close()


def _accept(ours: socket.socket) -> Socket:
    request = b""
    while not request.endswith(b"\r\n\r\n"):
        request += ours.recv(1)
    lines = request.decode().split("\r\n")[1:-2]
    headers = {name.upper().replace("-", "_"): value for name, value in (line.split(": ", 1) for line in lines)}
    return Socket({f"HTTP_{name}": value for name, value in headers.items()} | {"gunicorn.socket": ours})
