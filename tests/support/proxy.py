"""A TCP proxy that can fall silent: connections stay open, bytes are acknowledged, and nothing goes through."""

import socket
import threading
from contextlib import suppress
from typing import Self

PIECE = 65536


class Proxy:
    """Forwards from a port of its own to ``target`` on loopback."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._passing = threading.Event()
        self._passing.set()
        self._generation = 0
        self._lines: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            line.close()

    def fall_silent(self) -> None:
        """From now on nothing passes, in either direction. New connections are taken, and get no answer either."""
        self._generation += 1
        self._passing.clear()

    def speak_again(self) -> None:
        """Serve new connections. Those from before stay as they are, open and silent: nobody ever resets them."""
        self._passing.set()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                self._lines.append(near)
                if self._passing.is_set():
                    self._join(near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:  # nobody there: as without a proxy
            near.close()
            return
        far.settimeout(None)
        self._lines.append(far)
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(one, other, self._generation), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, generation: int) -> None:
        with suppress(OSError):
            while piece := one.recv(PIECE):
                if generation == self._generation:
                    other.sendall(piece)
        if generation == self._generation:  # also when one was reset, as those of killed processes are
            with suppress(OSError):
                other.shutdown(socket.SHUT_WR)
