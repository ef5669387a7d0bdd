"""What time it is. Everything that waits asks here, so that tests can move time."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware and in UTC."""
    return datetime.now(UTC)
