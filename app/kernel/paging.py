"""Keyset paging: a page begins behind the last row that was seen, so nothing doubles when rows come in."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

Row = TypeVar("Row")
Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the token of the page behind them (None on the last)."""

    items: Sequence[Row]
    next: str | None


def page_of(rows: Sequence[Row], size: int, key: Callable[[Row], Key]) -> Page[Row]:
    """Cut a page of ``size`` from rows that were fetched with one more than that."""
    shown = rows[:size]
    return Page(shown, to_token(key(shown[-1])) if len(rows) > size else None)


def to_token(key: Key) -> str:
    moment, id_ = key
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{id_}".encode()).decode().rstrip("=")


def from_token(token: str | None) -> Key | None:
    """The key that a token stands for; None for none, and for what no page of ours made."""
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        moment, _, id_ = text.partition("|")
        if (at := datetime.fromisoformat(moment)).tzinfo is None:
            return None
        return at.astimezone(UTC), UUID(id_)
    except (ValueError, OverflowError, binascii.Error):
        return None
