"""The open pages of this process, and the one look at a time that tells them what has happened."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from flask import Flask

from app.realtime.connection import Connection
from app.realtime.kinds import Answer, CloseCode, Cursor, Viewer
from app.realtime.messages import Message, last_words, messages_of, new_reading

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
MOST_A_SESSION = 10

Since = Callable[[Mapping[Cursor, Sequence[Viewer]]], Mapping[Cursor, Answer]]
Ended = Callable[[dict[UUID, Viewer]], dict[UUID, str]]
Listen = Callable[[Callable[[], None]], None]


class Hub:
    """Looks on every bell, for every page that comes, and by itself every LOOK_EVERY seconds.

    ``since`` says what has happened for those who have got as far as a cursor, ``ended`` which of the sessions are
    over; ``listen`` begins to hear bells. All three are handed in: the hub knows connections and nothing else.
    """

    def __init__(self, app: Flask, most: int, since: Since, ended: Ended, listen: Listen) -> None:
        self._app, self._most = app, most
        self._since, self._ended, self._listen = since, ended, listen
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._seats: Counter[UUID] = Counter()
        self._woken = threading.Event()
        self._is_watching = self._is_closed = False
        self._checked_at = time.monotonic()

    def take_seat(self, session_id: UUID) -> bool:
        """Whether there is room for one more socket. Whoever takes a seat gives it back."""
        with self._lock:
            is_full = self._seats.total() >= self._most or self._seats[session_id] >= MOST_A_SESSION
            if is_full or self._is_closed:
                return False
            self._seats[session_id] += 1
            return True

    def give_seat_back(self, session_id: UUID) -> None:
        with self._lock:
            self._seats[session_id] -= 1
            self._seats += Counter()  # forgets those that are none

    def join(self, connection: Connection) -> None:
        """Tell this page what has happened since its cursor, and from now on."""
        with self._lock:
            self._connections.add(connection)
            is_first, self._is_watching = not self._is_watching, True
            is_closed = self._is_closed
        if is_closed:
            connection.close(CloseCode.RESTART)
        if is_first:  # and not earlier: threads do not survive a fork
            threading.Thread(target=self._watch, name="hub", daemon=True).start()
            self._listen(self.wake)
        self.wake()

    def leave(self, connection: Connection) -> None:
        with self._lock:
            self._connections.discard(connection)

    @property
    def open_sockets(self) -> int:
        return len(self._connections)

    def wake(self) -> None:
        """Look now, or once more when it is looking: what came meanwhile may have been missed."""
        self._woken.set()

    def close_all(self, within: float = 1.0) -> None:
        """Have every page come back, to the process that follows; spread over ``within`` seconds."""
        with self._lock:
            self._is_closed = True
            leaving = random.sample(sorted(self._connections, key=id), len(self._connections))
        for connection in leaving:
            connection.close(CloseCode.RESTART)
            time.sleep(within / len(leaving))

    def look(self) -> None:
        """Hand everybody what has happened since they last heard. One question for all who have got equally far."""
        waiting = defaultdict(list)
        for connection in self._open():
            waiting[connection.cursor].append(connection)
        for cursor, answer in self._since({cursor: _viewers(group) for cursor, group in waiting.items()}).items():
            _hand_out(answer, waiting[cursor])

    def end_sessions(self) -> None:
        """Close the pages of sessions that are over, also those that ran out of time, which nobody rings for."""
        connections = self._open()
        ended = self._ended({connection.viewer.session_id: connection.viewer for connection in connections})
        for connection in connections:
            if html := ended.get(connection.viewer.session_id):
                connection.close(CloseCode.SIGNED_OUT, Message(html))

    def _open(self) -> list[Connection]:
        with self._lock:
            return [connection for connection in self._connections if not connection.is_closing]

    def _watch(self) -> None:
        while True:
            self._woken.wait(LOOK_EVERY)
            self._woken.clear()
            try:
                with self._app.app_context():
                    self._look_around()
            except Exception:
                log.exception("a look failed")

    def _look_around(self) -> None:
        if not self._connections:
            return
        self.look()
        if time.monotonic() - self._checked_at >= LOOK_EVERY:
            self._checked_at = time.monotonic()
            self.end_sessions()


def _viewers(connections: Iterable[Connection]) -> list[Viewer]:
    """Each session once, with the topics of all its pages."""
    viewers: dict[UUID, Viewer] = {}
    for viewer in (connection.viewer for connection in connections):
        other = viewers.get(viewer.session_id, viewer)
        viewers[viewer.session_id] = replace(viewer, topics=viewer.topics | other.topics)
    return list(viewers.values())


def _hand_out(answer: Answer, connections: Iterable[Connection]) -> None:
    messages: dict[tuple[UUID, frozenset[str]], list[Message]] = {}
    for connection in connections:
        viewer = connection.viewer
        page = (viewer.session_id, viewer.topics)
        if page not in messages:  # two tabs of one person that show the same are written the same bytes
            messages[page] = messages_of(answer.to(viewer), viewer.session_id)
        if words := last_words(answer.frames.get(viewer.session_id, ())):
            connection.close(CloseCode.SIGNED_OUT, words)
        else:
            if reading := new_reading(answer, viewer.session_id):
                connection.viewer = viewer.reading(reading)
            connection.offer(messages[page], answer.cursor)
