"""A proxy of the kind that schools have: it passes pages on, and lets no socket through."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import cast

REFUSAL = b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Narrow(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    target = ("127.0.0.1", 0)
    refused = 0


class _Handler(StreamRequestHandler):
    """One request a connection."""

    def handle(self) -> None:
        server = cast(Narrow, self.server)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            if not (line := self.rfile.readline()):
                return
            head += line
        names = dict(entry.lower().split(b":", 1) for entry in head.split(b"\r\n")[1:] if b":" in entry)
        if b"upgrade" in names:
            server.refused += 1
            self.wfile.write(REFUSAL)
            return
        body = self.rfile.read(int(names.get(b"content-length", b"0")))
        kept = [entry for entry in head.split(b"\r\n") if entry and not entry.lower().startswith(b"connection:")]
        with socket.create_connection(server.target) as upstream:
            upstream.sendall(b"\r\n".join([*kept, b"Connection: close", b"", b""]) + body)
            while piece := upstream.recv(65536):
                self.wfile.write(piece)


@contextmanager
def narrow_way(port: int, to: int) -> Iterator[Narrow]:
    """Listen on ``port`` and pass on to the web process at ``to``; counts the sockets it refused."""
    with Narrow(("127.0.0.1", port), _Handler) as server:
        server.target = ("127.0.0.1", to)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
