"""Decisions about notifications, as pure functions."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.catalogue.kinds import Category, Channel, Priority
from app.catalogue.rules import granted, is_consistent
from app.library.rules import unfilled
from app.notifications.kinds import Draft, Due, Fate, Problem
from app.preferences.rules import may_be_switched_off

TITLE_LENGTH = 200
BODY_LENGTH = 20_000
LINK_LENGTH = 2_000
MOST_TERMS = 500
ALERT_LASTS = timedelta(hours=24)
FARTHEST = timedelta(days=3650)
FARTHEST_START = timedelta(days=731)
JUST_OVER = timedelta(minutes=1)
"""A minute that ends while somebody reads the page that asks is still to be had: it leaves at once then."""
GRACE = timedelta(minutes=30)
GRACE_OF_REMINDERS = timedelta(minutes=5)
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters that show nothing
ORDER = (Channel.IN_APP, Channel.WEBSOCKET, Channel.EMAIL, Channel.PUSH)
OPEN = frozenset({Fate.PENDING, Fate.SENDING})
_TAKEN = frozenset({Fate.SENT, Fate.DELIVERED})
GOT_THROUGH = {
    Channel.IN_APP: frozenset({Fate.DELIVERED}),
    Channel.WEBSOCKET: frozenset({Fate.DELIVERED}),
    Channel.EMAIL: _TAKEN,
    Channel.PUSH: _TAKEN,
}
"""When a channel has got to somebody. A frame in a socket may show on no page; a relay's word for a mail is the best
that there is."""
OFFLINE = "offline"
WITHDRAWN = "withdrawn"
WITHDRAWAL_LENGTH = 500


def channels_for(category: Category) -> tuple[Channel, ...]:
    """The channels that get a row in the ledger for each recipient, in the order in which they are shown."""
    return tuple(channel for channel in ORDER if channel in granted(category))


def carriers_of(category: Category) -> tuple[Channel, ...]:
    """The channels that go after somebody. Lying in an inbox reaches nobody, unless nothing more was promised."""
    channels = channels_for(category)
    return tuple(channel for channel in channels if channel is not Channel.IN_APP) or channels


def may_wait(category: Category) -> bool:
    """Whether its mail may come later than at once. Only what somebody may switch off may they put off."""
    return may_be_switched_off(category, Channel.EMAIL)


def completed(draft: Draft, moment: datetime) -> Draft:
    """An emergency is one in all respects: loud, to be acknowledged, and over at some time."""
    if draft.category is not Category.EMERGENCY:
        return draft
    expires_at = draft.expires_at or moment + ALERT_LASTS
    return replace(draft, priority=Priority.EMERGENCY, requires_acknowledgement=True, expires_at=expires_at)


def problems(draft: Draft, moment: datetime) -> Iterator[Problem]:
    """Why a draft cannot leave at ``moment``, whatever its audience turns out to be."""
    if not is_visible(draft.title):
        yield Problem("title", "missing")
    if len(draft.title) > TITLE_LENGTH:
        yield Problem("title", "too_long", str(TITLE_LENGTH))
    if len(draft.body) > BODY_LENGTH:
        yield Problem("body", "too_long", str(BODY_LENGTH))
    if draft.category is not Category.EMERGENCY:  # an alarm is not held up for it: the last question names it
        yield from (
            Problem(field, "unfilled", ", ".join(left))
            for field, text in (("title", draft.title), ("body", draft.body))
            if (left := unfilled(text))
        )
    if not is_consistent(draft.category, draft.priority):
        yield Problem("priority", "emergencies_only")
    yield from _problems_of_timing(draft, moment)
    if draft.expires_at is not None and draft.expires_at <= moment:
        yield Problem("expires_at", "past")
    elif draft.expires_at is not None and draft.timing and draft.expires_at <= draft.timing.at:
        yield Problem("expires_at", "before_it_leaves")
    if draft.expires_at is not None and draft.expires_at > moment + FARTHEST:
        yield Problem("expires_at", "too_far")
    if draft.link and not is_link(draft.link):
        yield Problem("link", "no_link")
    if not draft.audience.include and not draft.corrects:
        yield Problem("include", "missing")
    if len(draft.audience.terms) > MOST_TERMS:
        yield Problem("include", "too_many", str(MOST_TERMS))


def _problems_of_timing(draft: Draft, moment: datetime) -> Iterator[Problem]:
    if draft.timing is None:
        return
    if draft.category is Category.EMERGENCY:
        yield Problem("scheduled_for", "emergency")
    elif draft.corrects:
        yield Problem("scheduled_for", "correction")
    elif draft.timing.at < moment - JUST_OVER:
        yield Problem("scheduled_for", "past")
    elif draft.timing.at > moment + FARTHEST_START:
        yield Problem("scheduled_for", "too_far")


def grace(category: Category) -> timedelta:
    """How late something scheduled may still leave: a reminder that comes late reminds of nothing any more."""
    return GRACE_OF_REMINDERS if category is Category.REMINDER else GRACE


def when_due(category: Category, scheduled_for: datetime, expires_at: datetime | None, moment: datetime) -> Due:
    """What becomes of it at ``moment``, when it was to leave at ``scheduled_for``. Never is it silently late."""
    if expires_at is not None and expires_at <= moment:
        return Due.OVER
    return Due.LATE if moment - scheduled_for > grace(category) else Due.LEAVE


def is_visible(text: str) -> bool:
    """Whether any sign of it can be seen: an alarm without words would stand over every page."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK for sign in text)


def is_link(text: str) -> bool:
    """An http(s) address, or a path of this site; ``//host`` and ``\\`` would lead elsewhere in some browsers."""
    if len(text) > LINK_LENGTH or any(ord(char) <= 32 or char == "\\" for char in text):
        return False
    scheme, separator, rest = text.partition("://")
    is_web = bool(separator) and scheme.lower() in {"http", "https"} and rest[:1] not in {"", "/"}
    return is_web or (text.startswith("/") and not text.startswith("//"))


def is_same_name(typed: str, name: str) -> bool:
    """Whether the school's name was typed: neither capitals nor spaces shall stop an emergency."""
    return _letters(typed) == _letters(name)


def _letters(text: str) -> str:
    return "".join(text.split()).casefold()


def fingerprint(draft: Draft, district_id: UUID, school_id: UUID | None) -> str:
    """The same for the same request, so that a key used twice tells a repetition from a mistake."""
    parts = [
        str(district_id),
        str(school_id),
        draft.category.value,
        draft.priority.value,
        draft.title,
        draft.body,
        sorted(map(str, draft.audience.include)),
        sorted(map(str, draft.audience.exclude)),
        draft.link,
        draft.expires_at.isoformat() if draft.expires_at else None,
        draft.requires_acknowledgement,
        *([draft.timing.at.isoformat()] if draft.timing else []),
        *([str(draft.corrects)] if draft.corrects else []),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
