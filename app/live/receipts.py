"""What pages and sockets report of alerts, collected for a moment: a thousand receipts are one UPDATE."""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from uuid import UUID

import structlog
from flask import Flask

from app.kernel.away import is_database_away
from app.kernel.ids import parse_id

log = structlog.get_logger(__name__)

COLLECT_SECONDS = 0.25
AGAIN_SECONDS = 5.0
MOST_IN_ONE = 100
MOST_KEPT = 10_000

Report = tuple[UUID, UUID]
"""(account, notification)."""


class Receipts:
    """Hands reports on in batches, to the function that ``create_app`` gave under ``extension``."""

    def __init__(self, app: Flask, extension: str) -> None:
        self._app, self._extension = app, extension
        self._lock = threading.Lock()
        self._collected: set[Report] = set()
        self._timer: threading.Timer | None = None

    def add(self, account_id: UUID, notification_ids: Iterable[UUID]) -> None:
        self._collect({(account_id, notification_id) for notification_id in notification_ids}, COLLECT_SECONDS)

    def _collect(self, reports: set[Report], seconds: float) -> None:
        """Keep as many as there is room for, and hand everything on ``seconds`` from now."""
        with self._lock:
            new = reports - self._collected
            room = MOST_KEPT - len(self._collected)
            self._collected.update(islice(new, room))
            if self._collected and self._timer is None:
                self._timer = threading.Timer(seconds, self._hand_on)
                self._timer.start()
        if len(new) > room:
            log.warning("receipts were dropped for want of room", count=len(new) - room)

    def _hand_on(self) -> None:
        with self._lock:
            reports, self._collected, self._timer = self._collected, set(), None
        try:
            with self._app.app_context():
                take: Callable[[list[Report]], None] = self._app.extensions[self._extension]
                take(sorted(reports))
        except Exception as error:
            if is_database_away(error):
                log.warning("receipts wait for the database", count=len(reports), error=type(error).__name__)
                self._collect(reports, AGAIN_SECONDS)
            else:  # kept, it would spoil every batch after it
                log.exception("receipts were not taken", count=len(reports))


def parse(text: str | bytes) -> Sequence[UUID]:
    """The notifications that a page says it has shown: ``{"receipts": ["<id>", ...]}``. Empty for anything else."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    listed = said.get("receipts") if isinstance(said, dict) else None
    if not isinstance(listed, list):
        return ()
    ids = [parse_id(entry) for entry in listed[:MOST_IN_ONE] if isinstance(entry, str)]
    return [id_ for id_ in ids if id_ is not None]
