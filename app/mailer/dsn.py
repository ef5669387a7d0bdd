"""Delivery status notifications (RFC 3464): what a relay on the way says by mail of a mail that it had taken.

Pure: bytes in, reports out. Anybody can send us such a message, so nothing in it is believed but what leads to a letter
of ours; whether it counts is decided where the letter is known (``feedback.take_in``).
"""

import re
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from uuid import UUID

from app.kernel.ids import parse_id
from app.mailer.kinds import Report, Reported, Source
from app.mailer.mailboxes import is_dead
from app.mailer.names import letter_named
from app.mailer.replies import readable

MOST_BYTES = 256 * 1024
MOST_RECIPIENTS = 20
FATES = {"failed": Reported.BOUNCED, "delivered": Reported.DELIVERED, "delayed": Reported.DEFERRED}
"""``relayed`` and ``expanded`` say only that nobody will tell us any more."""
CODE = re.compile(r"\b([245]\d\d)[ -]")
ORIGINAL = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})
MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)


def read(raw: bytes, moment: datetime) -> list[Report]:
    """What a message reports about mails of ours; nothing when it is no such message, or speaks of no mail of ours."""
    # The library's older way: it keeps headers as they stand, and never stumbles over one.
    message = message_from_bytes(raw[:MOST_BYTES])
    parts = _inside(message) if message.get_content_type() == "multipart/report" else []
    status = next((part for part in parts if part.get_content_type() in STATUSES), None)
    if status is None:
        return []
    blocks = _inside(status)
    letter_id = _by_envelope(blocks) or _by_original(parts)
    if letter_id is None:
        return []
    return [
        report
        for block in blocks[1 : 1 + MOST_RECIPIENTS]
        for address in _addresses(block)
        if (report := _report(block, address, letter_id, moment))
    ]


STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})


def _report(block: Message, address: str, letter_id: UUID, moment: datetime) -> Report | None:
    fate = FATES.get(_field(block, "Action").lower())
    if fate is None:
        return None
    status, said = _field(block, "Status"), _typed(_field(block, "Diagnostic-Code"))
    text = said if status[:5] in said else f"{status} {said}"
    code = CODE.search(f"{said} ")
    is_gone = is_dead(int(code[1]) if code else None, text)
    return Report(Source.DSN, fate, address, readable(text), moment, letter_id, None, is_gone)


def _inside(part: Message) -> list[Message]:
    """Its parts; of a status the fields of the message, then those of each recipient."""
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _by_envelope(blocks: list[Message]) -> UUID | None:
    """By the id that we gave the envelope (RFC 3461), which needs no part of the mail to come back."""
    return parse_id(_field(blocks[0], "Original-Envelope-Id").strip()) if blocks else None


def _by_original(parts: list[Message]) -> UUID | None:
    """By our Message-ID, in the mail or the headers that came back. It is looked for in the text as it stands: that may
    be cut off, folded or broken in ways that no parser agrees about.
    """
    for part in parts:
        if part.get_content_type() in ORIGINAL and (found := MESSAGE_ID.search(_text_of(part))):
            return letter_named(found[1])
    return None


def _text_of(part: Message) -> str:
    if inside := _inside(part):
        return "\n".join(f"Message-ID: {_field(inner, 'Message-ID')}" for inner in inside)
    decoded = part.get_payload(decode=True)
    return decoded.decode("ascii", "replace") if isinstance(decoded, bytes) else str(part.get_payload())


def _addresses(block: Message) -> list[str]:
    """Whom it speaks of: the one that we wrote to and, behind a forwarding, the one that it went to in the end."""
    named = (_typed(_field(block, name)) for name in ("Original-Recipient", "Final-Recipient"))
    bare = dict.fromkeys(name.strip().strip("<>").lower() for name in named)
    return [address for address in bare if "@" in address]


def _field(block: Message, name: str) -> str:
    return readable(str(block.get(name, "")))


def _typed(value: str) -> str:
    """Without the type in front: "rfc822; olu@b.example", "smtp; 550 5.1.1 gone"."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()
