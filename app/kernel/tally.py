"""What each process counts, handed on to rows every few seconds: whichever process is asked can tell of them all.

Web, workers and clock need not run on one machine, so no shared directory would do. A process that is killed takes the
counts of its last seconds with it: they are figures, and nothing depends on them.
"""

import os
import socket
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import cast

import structlog
from flask import Flask, current_app
from sqlalchemy import Double, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, db
from app.kernel.clock import now
from app.kernel.columns import Moment
from app.kernel.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

HAND_ON_EVERY = 15.0
STANDS_FOR = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)
BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, float("inf"))
SUM = "sum"


class Counted(StrEnum):
    """What only ever grows, and in which words its label speaks."""

    MAIL_ATTEMPTS = "mail_attempts"
    SLOW_PAGES = "slow_pages"
    REFUSED_SIGN_INS = "refused_sign_ins"
    REVOCATION_SECONDS = "revocation_seconds"


class Standing(StrEnum):
    """How a process stands at the moment."""

    OPEN_SOCKETS = "open_sockets"
    WITHOUT_REDIS = "without_redis"


class Told(Base):
    """A count of all processes together (``process`` is empty), or how one of them stood when it last said so."""

    __tablename__ = "tallies"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(40), primary_key=True)
    process: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[float] = mapped_column(Double())
    told_at: Mapped[Moment]


class Tally:
    """Counts in memory, at no cost to whoever counts. Without ``begin`` nothing is written but by ``hand_on``."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._looks: dict[Standing, Callable[[], float]] = {}

    def count(self, what: Counted, label: str = "", amount: float = 1) -> None:
        with self._lock:
            self._counts[what.value, str(label)] += amount  # type: ignore[assignment]

    def watch(self, what: Standing, look: Callable[[], float]) -> None:
        """From now on tell what ``look`` says whenever the counts are handed on."""
        self._looks[what] = look

    def begin(self) -> None:
        """Hand on every so often, until the process ends. Call it behind a fork: threads do not survive one."""
        threading.Thread(target=self._go_on, name="tally", daemon=True).start()

    def hand_on(self) -> None:
        """Add to the rows what was counted since. What could not be written is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            with unit_of_work():
                _write(counts, {what.value: look() for what, look in self._looks.items()})
        except Exception:
            with self._lock:
                self._counts.update(counts)
            raise

    def _go_on(self) -> None:
        pause = threading.Event()
        while not pause.wait(HAND_ON_EVERY):
            try:
                with self._app.app_context():
                    self.hand_on()
            except Exception as error:
                log.warning("counts wait for the database", error=type(error).__name__)


def count(what: Counted, label: str = "") -> None:
    """One more."""
    current_tally().count(what, label)


def observe(what: Counted, seconds: float) -> None:
    """One more that took so long."""
    current_tally().count(what, str(BUCKETS[bisect_left(BUCKETS, seconds)]))
    current_tally().count(what, SUM, seconds)


def current_tally() -> Tally:
    return cast(Tally, current_app.extensions["belfry.tally"])


def counts() -> dict[tuple[str, str], float]:
    """By name and label: counts of all processes, and the sum of how those stand that were heard of lately."""
    rows = db.session.execute(select(Told).where((Told.process == "") | (Told.told_at > now() - STANDS_FOR)))
    total: dict[tuple[str, str], float] = {}
    for told in rows.scalars():
        total[told.name, told.label] = total.get((told.name, told.label), 0) + told.value
    return total


def _write(counts: Counter[tuple[str, str]], standing: dict[str, float]) -> None:
    moment, process = now(), f"{socket.gethostname()[:60]}:{os.getpid()}"
    added = [(name, label, "", value) for (name, label), value in sorted(counts.items())]
    stands = [(name, "", process, value) for name, value in sorted(standing.items())]
    is_postgres = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgres else sqlite.insert
    # All in one order, so that two processes never wait for each other's rows crosswise.
    for name, label, whose, value in [*added, *stands]:
        row = insert(Told).values(name=name, label=label, process=whose, value=value, told_at=moment)
        becomes = row.excluded.value if whose else Told.value + row.excluded.value
        changed = {"value": becomes, "told_at": row.excluded.told_at}
        db.session.execute(row.on_conflict_do_update(index_elements=["name", "label", "process"], set_=changed))
    gone = delete(Told).where(Told.process != "", Told.told_at < moment - FORGOTTEN_AFTER)
    db.session.execute(gone.execution_options(synchronize_session=False))
