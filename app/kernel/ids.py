"""Keys of rows: UUID version 7 (RFC 9562, section 5.7), which sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """The id that a stranger sent, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
