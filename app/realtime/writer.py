"""The one who writes to a socket, for as long as it is open."""

import time
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from app.realtime.connection import Connection
from app.realtime.kinds import CloseCode, Cursor
from app.realtime.messages import PING, Message, mark
from app.realtime.socket import Socket

HEARTBEAT_SECONDS = 25.0
MOST_AT_ONCE = 64 * 1024


class Writer:
    """Writes to the socket what waits in the connection.

    ``written`` gets the alerts that went out, ``heard`` what came in. Two who write would spoil each other's frames, so
    everything goes through here but the reader's pongs.
    """

    def __init__(
        self,
        socket: Socket,
        connection: Connection,
        written: Callable[[Sequence[UUID]], None],
        heard: Callable[[str | bytes], None],
    ) -> None:
        self._socket, self._connection = socket, connection
        self._written, self._heard = written, heard
        self._beat_at = time.monotonic()
        self._was_pinged = False

    def run(self) -> None:
        """Return when the socket is over, for whatever reason."""
        try:
            while self._socket.connected and self._turn():
                self._socket.event.wait(max(0.0, self._beat_at + HEARTBEAT_SECONDS - time.monotonic()))
                self._socket.event.clear()
        except TimeoutError:  # it takes nothing: no close frame would get through either
            self._connection.close(CloseCode.TOO_SLOW)
        except OSError:
            return
        finally:
            self._socket.finish()

    def _turn(self) -> bool:
        for text in self._socket.received():
            self._heard(text)
        taken = self._connection.take()
        for portion in portions(taken.messages):
            self._socket.write(b"".join(message.encoded for message in portion))
            if alerts := [alert for message in portion for alert in message.alert_ids]:
                self._written(alerts)
        if taken.code is not None:
            self._socket.close(taken.code)
            return False
        return self._beat(taken.cursor)

    def _beat(self, reached: Cursor) -> bool:
        """Every so often a ping for the browser and a frame for the page, which cannot see pings.

        Who has not answered the last one is gone, and gets no close frame: on a page that is there after all it must
        look like a broken line, for after those it returns.
        """
        moment = time.monotonic()
        if moment < self._beat_at + HEARTBEAT_SECONDS:
            return True
        if self._was_pinged and self._socket.wire.heard_at < self._beat_at:
            return False
        self._beat_at, self._was_pinged = moment, True
        self._socket.write(PING + Message(mark(reached)).encoded)
        return True


def portions(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """What is written at once: together it costs a fifth, but a slow line needs time for each."""
    portion: list[Message] = []
    size = 0
    for message in messages:
        if portion and size + len(message.encoded) > MOST_AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(message)
        size += len(message.encoded)
    if portion:
        yield portion
