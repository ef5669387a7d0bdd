"""Something done again and again in a thread of its own: what workers and clock are made of."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog
from flask import Flask

from app.kernel.heartbeats import beat
from app.kernel.stopping import stop_signal

log = structlog.get_logger(__name__)

BEAT_EVERY = 15.0
TRY_AGAIN_AFTER = 30.0
END_WITHIN = 28.0


class Round(threading.Thread):
    """Calls ``work`` every so many seconds, at once when woken, and again at once while it says that more is left.

    An error ends that call only. The heartbeat comes from the same thread, and only while the last call went well: it
    stops when the work is stuck or keeps failing.
    """

    def __init__(self, app: Flask, name: str, every: float, deadline: float, work: Callable[[], bool | None]) -> None:
        super().__init__(name=name, daemon=True)
        self._app, self._every, self._deadline, self._work = app, every, deadline, work
        self._stopping = stop_signal(app)
        self._woken = threading.Event()
        self._began_at: float | None = None
        self._beat_at = float("-inf")

    def wake(self) -> None:
        """Do it now, or once more when it is being done: what came meanwhile may have been missed."""
        self._woken.set()

    @property
    def is_overdue(self) -> bool:
        began_at = self._began_at
        return began_at is not None and time.monotonic() - began_at > self._deadline

    def run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            began_at, more = time.monotonic(), False
            is_well = False
            with self._call():
                more = bool(self._work())
                is_well = True
            if more:
                self._beat()
            else:
                self._wait(began_at + (self._every if is_well else min(self._every, TRY_AGAIN_AFTER)), is_well)

    def _wait(self, until: float, is_well: bool) -> None:
        while True:
            if is_well:
                self._beat()
            left = until - time.monotonic()
            if left <= 0 or self._woken.wait(min(left, BEAT_EVERY)):
                return

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at >= BEAT_EVERY:
            with self._call():
                beat(self.name)
                self._beat_at = time.monotonic()

    @contextmanager
    def _call(self) -> Iterator[None]:
        """Time it, give it an app context of its own, and survive it."""
        self._began_at = time.monotonic()
        try:
            with self._app.app_context():
                yield
        except Exception:
            log.exception("a round failed", round=self.name)
        finally:
            self._began_at = None


def keep(app: Flask, rounds: Sequence[Round]) -> int:
    """Run them until SIGTERM or SIGINT, then let each finish what it has in hand. Call it from the main thread.

    Gives 0, or 1 when one took longer than its deadline: a stuck thread cannot be ended, but the process can, and is
    started again by whoever keeps it. All that a round does is safe to be cut off anywhere.
    """
    stopping = stop_signal(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for begin in app.extensions.get("belfry.beginnings", ()):
        begin()
    for each in rounds:
        each.start()
    while not stopping.wait(1.0):
        if stuck := [each.name for each in rounds if each.is_overdue]:
            log.error("stuck beyond the deadline, so this process ends", rounds=stuck)
            return 1
    end_by = time.monotonic() + END_WITHIN
    for each in rounds:
        each.wake()
    for each in rounds:
        each.join(max(0.0, end_by - time.monotonic()))
    return 1 if any(each.is_alive() for each in rounds) else 0
