"""Decisions of identity."""

import unicodedata
from datetime import datetime, timedelta
from typing import Protocol

TOUCH_EVERY = timedelta(minutes=1)
ROTATION_GRACE = timedelta(seconds=30)


def normal_name(sign_in_name: str) -> str:
    """The form in which sign-in names are kept and compared: NFKC, no control signs, no spaces around, lower case."""
    return unicodedata.normalize("NFKC", without_controls(sign_in_name)).strip().lower()


def without_controls(text: str) -> str:
    """Text without what cannot be seen or kept: PostgreSQL takes no NUL, and a page may hold none."""
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith("C"))


def is_touch_due(last_active: datetime, moment: datetime) -> bool:
    """Activity is written at most once a minute: a row written on every click would be the busiest of all."""
    return moment - last_active >= TOUCH_EVERY


class Limited(Protocol):
    """A session, as far as its limits go."""

    @property
    def is_active(self) -> bool: ...
    @property
    def last_active(self) -> datetime: ...
    @property
    def idle_seconds(self) -> int: ...
    @property
    def expires_at(self) -> datetime: ...


def is_usable(session: Limited, moment: datetime) -> bool:
    """Active, and neither idle nor old for too long."""
    idle = (moment - session.last_active).total_seconds()
    return session.is_active and moment < session.expires_at and idle < session.idle_seconds
