"""An open page's socket: joins ``/live`` like a browser, keeps what is written to it, knows how it closed."""

import json
import threading
import time
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.support import nagging
from tests.support.pages import Page, Person
from tests.support.patience import eventually

JOIN_WITHIN = 10.0


class RefusedError(Exception):
    """The server did not upgrade; ``status`` says with which answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the socket was refused with {status}")
        self.status = status


class Screen:
    """A socket of ``person``, read by a thread of its own so that a slow test is no slow reader.

    Raises RefusedError when it is not let in. ``origin=None`` sends none; ``cookie`` and ``base_url`` replace the
    person's own.
    """

    def __init__(
        self,
        person: Person,
        *,
        cursor: str | None = None,
        base_url: str | None = None,
        origin: str | None = "",
        cookie: str | None = None,
        path: str = "/live",
    ) -> None:
        at = base_url or person.base_url
        sent_cookie = person.cookie_header() if cookie is None else cookie
        self.frames: list[tuple[float, str]] = []
        try:
            self._socket = connect(
                at.replace("http", "ws", 1) + path + (f"?cursor={cursor}" if cursor else ""),
                origin=None if origin is None else Origin(origin or at),
                additional_headers={"Cookie": sent_cookie} if sent_cookie else {},
                open_timeout=JOIN_WITHIN,
                compression=None,
                proxy=None,
                legacy=True,
            )
        except InvalidStatus as refusal:
            raise RefusedError(refusal.response.status_code) from refusal
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def texts(self) -> list[str]:
        """Every frame so far, heartbeats and all."""
        return [text for _moment, text in list(self.frames)]

    @property
    def page(self) -> Page:
        """All fragments so far, in one tree; faults in any of them are faults of the test."""
        root, faults = nagging.parse_fragment("".join(text for text in self.texts if text.lstrip().startswith("<")))
        assert not faults, f"fragments with faults: {faults}"
        return Page(root)

    def wait_for(self, words: str, within: float = 20.0) -> str:
        """The first frame that holds ``words``. Raises AssertionError when none comes in time."""

        def look() -> str:
            return next((text for text in self.texts if words in text), "")

        return eventually(look, within, f"a frame with {words!r}")

    def arrived_at(self, words: str) -> float:
        """When, by ``time.monotonic()``, the first frame with these words came."""
        return next(moment for moment, text in list(self.frames) if words in text)

    def send(self, **values: Any) -> None:
        """Send what a form with ``ws-send`` would: an object of its fields."""
        self._socket.send(json.dumps(values))

    def send_text(self, text: str) -> None:
        self._socket.send(text)

    @property
    def is_open(self) -> bool:
        return self._reader.is_alive()

    def close_code(self, within: float = 20.0) -> int:
        """How the server closed it. Raises AssertionError when it stays open."""
        self._reader.join(within)
        assert not self.is_open, f"the socket was still open after {within} s"
        return self._socket.close_code or 1006

    def close(self) -> None:
        self._socket.close()
        self._reader.join(JOIN_WITHIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _read(self) -> None:
        try:
            while True:
                frame = self._socket.recv()
                self.frames.append((time.monotonic(), frame if isinstance(frame, str) else frame.decode()))
        except ConnectionClosed:
            return
