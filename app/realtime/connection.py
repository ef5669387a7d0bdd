"""One open page: who looks, how far it has got, and what waits to be written to it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.realtime.kinds import CloseCode, Cursor, Viewer
from app.realtime.messages import Message

MOST_WAITING = 512 * 1024


@dataclass(frozen=True)
class Taken:
    """What is to be written now, how far the page has got once it is, and the code to close with behind it."""

    messages: Sequence[Message]
    cursor: Cursor
    code: CloseCode | None


class Connection:
    """An outbox with a bound. Anybody may put something in; only the writer takes it out.

    ``wake`` is called when there is something to take.
    """

    def __init__(self, viewer: Viewer, cursor: Cursor, wake: Callable[[], object]) -> None:
        self.viewer = viewer
        self.cursor = cursor
        self._wake = wake
        self._lock = threading.Lock()
        self._waiting: list[Message] = []
        self._bytes = 0
        self._code: CloseCode | None = None

    @property
    def is_closing(self) -> bool:
        return self._code is not None

    @property
    def was_too_slow(self) -> bool:
        return self._code is CloseCode.TOO_SLOW

    def offer(self, messages: Sequence[Message], cursor: Cursor) -> None:
        """Have ``messages`` written: with them the page has got as far as ``cursor``.

        Who has not taken the last ones when too much comes is closed, and catches up when it is back. An empty outbox
        takes everything: a catch-up must not be refused for its size, or it would be for ever.
        """
        size = sum(len(message.encoded) for message in messages)
        with self._lock:
            if self._code is not None:
                return
            if self._waiting and self._bytes + size > MOST_WAITING:
                self._end(CloseCode.TOO_SLOW)
            else:
                self._waiting += messages
                self._bytes += size
            self.cursor = cursor
        if messages:
            self._wake()

    def close(self, code: CloseCode, last_words: Message | None = None) -> None:
        """Have the socket closed; what still waits is replaced by ``last_words``. The first reason counts."""
        with self._lock:
            if self._code is None:
                self._end(code, last_words)
        self._wake()

    def take(self) -> Taken:
        """Everything that waits."""
        with self._lock:
            taken = Taken(self._waiting, self.cursor, self._code)
            self._waiting, self._bytes = [], 0
            return taken

    def _end(self, code: CloseCode, last_words: Message | None = None) -> None:
        self._code = code
        self._waiting = [last_words] if last_words else []
