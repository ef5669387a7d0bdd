"""What Resend and SendGrid tell of mails, in our words: pure functions from their JSON to reports.

Whatever is not about the delivery of one of our mails (opens, clicks, other products) is left out, and so is what
does not look as documented: it was signed, but it need not be of use.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.mailer.kinds import Report, Reported, Source
from app.mailer.mailboxes import is_dead
from app.mailer.names import letter_named
from app.mailer.replies import readable

MOST_ID, MOST_ADDRESS, MOST_EVENTS = 200, 254, 5_000
RESEND = {
    "email.delivered": Reported.DELIVERED,
    "email.bounced": Reported.BOUNCED,
    "email.failed": Reported.BOUNCED,
    "email.suppressed": Reported.BOUNCED,
    "email.complained": Reported.COMPLAINED,
    "email.delivery_delayed": Reported.DEFERRED,
}
SENDGRID = {
    "delivered": Reported.DELIVERED,
    "bounce": Reported.BOUNCED,
    "blocked": Reported.BOUNCED,
    "dropped": Reported.BOUNCED,
    "spamreport": Reported.COMPLAINED,
    "deferred": Reported.DEFERRED,
}
KNOWN_DEAD = ("bounced address", "invalid")
"""How SendGrid begins its reasons for not even trying an address that it knows."""


def of_resend(body: bytes, event_id: str) -> list[Report]:
    """The report of a request, which speaks of one mail. Raises ValueError for what is no JSON object."""
    told = _loaded(body, dict)
    data = told.get("data")
    fate = RESEND.get(_text(told, "type"))
    to = data.get("to") if isinstance(data, dict) else None
    if fate is None or not isinstance(data, dict) or not isinstance(to, list) or len(to) != 1:
        return []
    bounce = data.get("bounce")
    bounce = bounce if isinstance(bounce, dict) else {}
    report = Report(
        Source.RESEND,
        fate,
        str(to[0])[:MOST_ADDRESS],
        readable(_text(bounce, "message")),
        _moment(told.get("created_at")),
        letter_id=_named(data),
        external_id=_text(data, "email_id")[:MOST_ID] or None,
        is_mailbox_dead=_is_gone_at_resend(told, bounce),
        event_id=event_id[:MOST_ID],
    )
    return [report]


def of_sendgrid(body: bytes) -> list[Report]:
    """The reports of a request, which speaks of many mails. Raises ValueError for what is no JSON list."""
    events = _loaded(body, list)
    if len(events) > MOST_EVENTS:
        raise ValueError("too many events")
    return list(_each(events, _of_sendgrid))


def _of_sendgrid(event: Mapping[str, Any]) -> Report | None:
    fate, event_id = SENDGRID.get(_text(event, "event")), _text(event, "sg_event_id")
    if fate is None or not event_id:
        return None
    reason = _text(event, "reason") or _text(event, "response")
    text = " ".join(filter(None, (_text(event, "status"), reason)))
    is_bounce = _text(event, "event") == "bounce" and _text(event, "type") in {"", "bounce"}
    is_known = _text(event, "event") == "dropped" and reason.lower().startswith(KNOWN_DEAD)
    return Report(
        Source.SENDGRID,
        fate,
        _text(event, "email")[:MOST_ADDRESS],
        readable(text),
        _moment(event.get("timestamp")),
        letter_id=letter_named(_text(event, "smtp-id")),
        is_mailbox_dead=is_known or (is_bounce and is_dead(None, text)),
        event_id=event_id[:MOST_ID],
    )


def _is_gone_at_resend(told: Mapping[str, Any], bounce: Mapping[str, Any]) -> bool:
    """Permanent, and not for what the mail itself held or how it was sent."""
    if _text(told, "type") == "email.suppressed":
        return True
    is_other = _text(bounce, "subType") in {"ContentRejected", "AttachmentRejected", "MessageTooLarge"}
    return _text(told, "type") == "email.bounced" and _text(bounce, "type") == "Permanent" and not is_other


def _named(data: Mapping[str, Any]) -> UUID | None:
    """By our Message-ID, where it is told: as a field, or among the headers that were handed over."""
    headers = data.get("headers")
    listed = [header for header in headers if isinstance(header, dict)] if isinstance(headers, list) else []
    named = (_text(header, "value") for header in listed if _text(header, "name").lower() == "message-id")
    return next((id_ for name in (_text(data, "message_id"), *named) if (id_ := letter_named(name))), None)


def _each(events: list[Any], make: Callable[[Mapping[str, Any]], Report | None]) -> Iterator[Report]:
    for event in events:
        if isinstance(event, dict) and (report := make(event)):
            yield report


def _loaded(body: bytes, kind: type[Any]) -> Any:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None
    if not isinstance(found, kind):
        raise ValueError(f"no {kind.__name__}")
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value.replace("\0", "") if isinstance(value, str) else ""


def _moment(told: object) -> datetime:
    """When it happened by their clock; a moment beyond all measure is taken for the beginning of time."""
    try:
        if isinstance(told, int):
            return datetime.fromtimestamp(told, UTC)
        found = datetime.fromisoformat(str(told))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(1970, 1, 1, tzinfo=UTC)
