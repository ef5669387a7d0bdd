"""What time it is. Everything that waits asks here, so that tests can move time.

Leases and due times are written by one host and read by another: an hour between their clocks would end every lease at
once, or leave an emergency's mail waiting. So processes that serve keep to the database's time (``timekeeping``).
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Kept:
    """A moment, and where the counter stood then; None while the host's own clock is all there is. Set as one: threads
    read it at any time.
    """

    hand: tuple[datetime, float] | None = None


_kept = Kept()


def now() -> datetime:
    """This moment, aware and in UTC."""
    if (hand := _kept.hand) is None:
        return datetime.now(UTC)
    at, counted = hand
    return at + timedelta(seconds=count() - counted)


def keep_to(at: datetime, counted: float) -> None:
    """From here on it was ``at`` when ``count()`` was ``counted``, whatever somebody sets the host's clock to."""
    _kept.hand = (at, counted)


def let_go() -> None:
    """Back to the host's own clock."""
    _kept.hand = None


def count() -> float:
    """Seconds that pass while a process is frozen and, where the system can tell, while the machine is suspended."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
