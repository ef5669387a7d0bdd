"""How a mail is called: by us, so that whoever speaks of it can be understood, and by the relay that took it."""

import re
from uuid import UUID

from app.kernel.ids import parse_id

OURS = re.compile(r"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^\s<>@]{1,255}>?", re.IGNORECASE)
MOST = 200
# Resend and others say a UUID; Postfix and SendGrid "queued as X"; Exim "id=X"; Amazon "Ok X".
GIVEN = (
    re.compile(r"\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", re.IGNORECASE),
    re.compile(r"\bqueued as ([\w.@+-]{4,})", re.IGNORECASE),
    re.compile(r"\bid=([\w.@+-]{4,})", re.IGNORECASE),
    re.compile(r"^(?:\d\.\d\.\d )?ok ([\w.@+-]{8,})$", re.IGNORECASE),
)


def letter_named(message_id: str) -> UUID | None:
    """The letter that a Message-ID of ours names; None for any other text."""
    found = OURS.fullmatch(message_id.strip()[:MOST])
    return parse_id(found[1]) if found else None


def name_given(promise: str) -> str | None:
    """What the relay calls the mail that it has just taken, by its reply; None when it does not say."""
    found = next((match for pattern in GIVEN if (match := pattern.search(promise))), None)
    return found[1][:MOST] if found else None
