"""A WebSocket that takes little, answers pings, and ends with the right code."""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import flask_sock
import simple_websocket
from werkzeug.exceptions import BadRequest
from wsproto.events import CloseConnection
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from app.realtime.kinds import CloseCode
from app.realtime.wire import Wire

MOST_BYTES = 64 * 1024
MOST_A_MINUTE = 120
GOODBYE_SECONDS = 1.0
DEFLATE = "HTTP_SEC_WEBSOCKET_EXTENSIONS"


class Socket(simple_websocket.Server):  # type: ignore[misc]
    """simple_websocket's server made fit for strangers. ``event`` is set when something came in, or when it is over.

    It pings nobody by itself: the one who writes does, and its own ping time-out would close with 1008, which browsers'
    clients take for "do not come back".
    """

    input_buffer: list[str | bytes]

    def __init__(self, environ: dict[str, Any], **options: Any) -> None:
        # permessage-deflate is always accepted when offered: a bomb for us, and frames could not be shared.
        environ = {name: value for name, value in environ.items() if name != DEFLATE}
        self.wire = environ["gunicorn.socket"] = Wire(environ["gunicorn.socket"])
        self._received: deque[str | bytes] = deque()
        self._minute_began, self._heard = time.monotonic(), 0
        super().__init__(environ, max_message_size=MOST_BYTES, **options)

    def handshake(self) -> None:
        """Raises BadRequest for an upgrade that is none."""
        try:
            super().handshake()
        except RemoteProtocolError as error:
            raise BadRequest from error

    def received(self) -> Iterator[str | bytes]:
        """What came in and nobody has taken yet."""
        while self._received:
            yield self._received.popleft()

    def write(self, encoded: bytes) -> None:
        """Send frames that are encoded already. Raises OSError when the other side does not take them in time."""
        self.wire.send(encoded)

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Send a close frame, once. The reader goes on until the other side has answered it."""
        try:
            self.wire.send(self.ws.send(CloseConnection(reason or CloseCode.RESTART, message)))
        except (LocalProtocolError, OSError):
            return

    def finish(self) -> None:
        """Wait a moment for the other side to close, then let go. Afterwards nobody reads: the file may be reused."""
        self.thread.join(GOODBYE_SECONDS)
        if not self.thread.is_alive():
            self.wire.drain(GOODBYE_SECONDS)
        self.wire.let_go()
        self.thread.join()

    def _handle_events(self) -> bool:
        keep_going: bool = super()._handle_events()
        came, self.input_buffer = self.input_buffer, []
        if self._is_too_much(len(came)):
            self.close(CloseCode.POLICY_VIOLATION)
            keep_going = False
        else:
            self._received.extend(came)
        # The base class tells the writer before there is something to find; so tell it once more.
        self.connected = keep_going
        self.event.set()
        return keep_going

    def _is_too_much(self, count: int) -> bool:
        moment = time.monotonic()
        if moment - self._minute_began >= 60:
            self._minute_began, self._heard = moment, 0
        self._heard += count
        return self._heard > MOST_A_MINUTE


def serve_by_flask_sock() -> None:
    """Have flask-sock's routes make a ``Socket``: it names simple_websocket's class itself and asks nobody which."""
    flask_sock.Server = Socket
