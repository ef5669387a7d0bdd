"""Keys of rows: UUID version 7 (RFC 9562, section 5.7), which sort by the time they were made."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()


def first_id_at(moment: datetime) -> UUID:
    """The least id that can have been made at ``moment``: what was made since is found by its key alone."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0x8 << 60)


def parse_id(text: str) -> UUID | None:
    """The id that a stranger sent, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
