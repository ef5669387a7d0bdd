"""The raw socket under a WebSocket: whole frames, in turn, and nobody waited for without end."""

import socket
import threading
import time

WRITE_SECONDS = 10.0
KEPT_BY_KERNEL = 128 * 1024
MOST_DRAINED = 256 * 1024


class Wire:
    """Stands in for gunicorn's socket. Closing it only says goodbye: the file is gunicorn's, which closes it, too."""

    def __init__(self, raw: socket.socket) -> None:
        raw.settimeout(WRITE_SECONDS)
        if raw.family in {socket.AF_INET, socket.AF_INET6}:
            # Left alone, the kernel takes megabytes for somebody who reads nothing before that shows.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KEPT_BY_KERNEL)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._raw = raw
        self._turn = threading.Lock()
        self._is_broken = False
        self.heard_at = time.monotonic()

    def fileno(self) -> int:
        return self._raw.fileno()

    def send(self, data: bytes) -> int:
        """Write all of it, or raise OSError and never write again: half a frame spoils all that follow.

        Pongs come from the reader, frames from the writer; without turns they end up inside one another. Under gevent
        a bare ``send`` may write a part only.
        """
        with self._turn:
            if self._is_broken:
                raise BrokenPipeError("an earlier write failed")
            try:
                self._raw.sendall(data)
            except OSError:
                self._is_broken = True
                self.let_go()
                raise
        return len(data)

    def recv(self, size: int) -> bytes:
        """What comes in, however long it takes: the time-out is meant for writing."""
        while True:
            try:
                data = self._raw.recv(size)
            except TimeoutError:
                continue
            self.heard_at = time.monotonic()
            return data

    def close(self) -> None:
        """Say that nothing more comes. What was written is still delivered."""
        self._shut(socket.SHUT_WR)

    def drain(self, seconds: float) -> None:
        """Read and forget what is under way until the other side has closed: a reset would overtake our last words."""
        until, drained = time.monotonic() + seconds, 0
        try:
            while drained < MOST_DRAINED and (left := until - time.monotonic()) > 0:
                self._raw.settimeout(left)
                data = self._raw.recv(65536)
                if not data:
                    return
                drained += len(data)
        except OSError:
            return

    def let_go(self) -> None:
        """End both directions, which wakes whoever reads."""
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        try:
            self._raw.shutdown(how)
        except OSError:
            return
