"""Saying something: from a draft to a notification that is on its way."""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.audit.record import record as note
from app.catalogue.kinds import Category
from app.extensions import db
from app.identity.kinds import Person
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane, ring_later
from app.kernel.unit_of_work import afterwards, unit_of_work
from app.notifications import chain, names, queries, rules, telling
from app.notifications.audience import somebody
from app.notifications.errors import (
    AudienceMovedError,
    DraftRefusedError,
    IdempotencyConflictError,
    NotAllowedError,
)
from app.notifications.kinds import Audience, Draft, Group, Problem, Scope, Status, Term
from app.notifications.models import FanOut, Notification
from app.notifications.moved import find_change
from app.notifications.roll import Roll
from app.notifications.withdraw import withdraw
from app.notifications.words import test_title
from app.roster.kinds import Hat
from app.roster.rules import ADMINS


def check(draft: Draft, scope: Scope) -> None:
    """Raises DraftRefusedError when the draft could not leave now: a wrong field, or a group that is not ours."""
    moment = now()
    if problems := list(rules.problems(rules.completed(draft, moment), moment)):
        raise DraftRefusedError(problems)
    if problem := chain.find_problem(draft, scope):
        raise DraftRefusedError([problem])
    if strange := set(names.strange(draft.audience.terms, scope)):
        fields = {"include": draft.audience.include, "exclude": draft.audience.exclude}
        raise DraftRefusedError(
            [
                Problem(field, "not_in_school", str(term))
                for field, terms in fields.items()
                for term in terms
                if term in strange
            ]
        )


def publish(draft: Draft, by: Person, hat: Hat, idempotency_key: str | None, shown: Roll | None = None) -> UUID:
    """Write the notification in the open unit of work; gives its id. Unless it is for later, with the work of its
    fan-out, and ring for it.

    The same request with the same key is the same notification, however often and however much at once it comes.
    Raises IdempotencyConflictError for a key used before for something else, DraftRefusedError, NotAllowedError, and
    AudienceMovedError when it would reach others than those ``shown``; an emergency never waits for that.
    """
    if hat.role not in ADMINS:
        raise NotAllowedError
    fingerprint = rules.fingerprint(draft, hat.district_id, hat.school_id)
    if earlier := _find_earlier(fingerprint, by, idempotency_key):
        return earlier
    scope = queries.scope_of(hat.district_id, hat.school_id, now())
    check(draft, scope)
    if db.session.scalar(somebody(draft.audience, scope)) is None:
        raise DraftRefusedError([Problem("include", "nobody", "")])
    if shown and draft.category is not Category.EMERGENCY and (change := find_change(shown, draft.audience, scope)):
        raise AudienceMovedError(change)
    values = _sent_by(by, idempotency_key, fingerprint) | said(draft, scope)
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Notification).values(**values))
    except IntegrityError:
        # Somebody with the same key was quicker: the unique key made us wait for their commit.
        if winner := _find_earlier(fingerprint, by, idempotency_key):
            return winner
        if draft.corrects and chain.find_correction(draft.corrects):
            raise DraftRefusedError([Problem("corrects", "already")]) from None
        raise
    if draft.timing:
        note_act("notification.scheduled", values, by)
    else:
        set_off(values)
        note_act("notification.published", values, by)
    if draft.corrects:
        withdraw(db.session.get_one(Notification, draft.corrects), by, act="notification.corrected")
    id_ = cast(UUID, values["id"])
    if shown and draft.category is Category.EMERGENCY:
        afterwards(lambda: _note_change(id_, shown, draft.audience, scope))  # nothing holds an alarm up
    return id_


def test(draft: Draft, by: Person, hat: Hat) -> UUID:
    """Send it to its sender alone, by the very same way, marked as a test; gives its id.

    It has no key, so the real one may still be sent. Raises DraftRefusedError, NotAllowedError.
    """
    if hat.role not in ADMINS:
        raise NotAllowedError
    scope = queries.scope_of(hat.district_id, hat.school_id, now())
    to_self = Audience((Term(Group.PERSON, by.account_id),))
    draft = replace(draft, audience=to_self, timing=None)
    check(draft, scope)
    marked = replace(draft, title=test_title(draft.title)[: rules.TITLE_LENGTH])
    values = _sent_by(by, None, None) | said(marked, scope) | {"data": {"test": True}}
    db.session.execute(insert(Notification).values(**values))
    set_off(values)
    note_act("notification.tested", values, by)
    return cast(UUID, values["id"])


def _note_change(notification_id: UUID, shown: Roll, audience: Audience, scope: Scope) -> None:
    """By how much those whom an emergency reaches differ from those ``shown``, for its report."""
    change = find_change(shown, audience, scope)
    with unit_of_work() as session:
        notification = session.get_one(Notification, notification_id)
        notification.data = {**notification.data, "shown": change.counts if change else {}}


def _find_earlier(fingerprint: str, by: Person, key: str | None) -> UUID | None:
    earlier = queries.find_by_key(by.account_id, key) if key else None
    if earlier is None:
        return None
    if earlier.fingerprint != fingerprint:
        raise IdempotencyConflictError
    return earlier.id


def _sent_by(by: Person, key: str | None, fingerprint: str | None) -> dict[str, Any]:
    return {"id": new_id(), "sender_id": by.account_id, "idempotency_key": key, "fingerprint": fingerprint}


def said(draft: Draft, scope: Scope) -> dict[str, Any]:
    """The columns of a notification that come from its draft."""
    moment = now()
    whole = rules.completed(draft, moment)
    return {
        "district_id": scope.district_id,
        "school_id": scope.school_id,
        "title": whole.title,
        "body": whole.body,
        "category": whole.category,
        "priority": whole.priority,
        "type": whole.category.value,
        "link": whole.link,
        "status": Status.SCHEDULED if whole.timing else Status.SENDING,
        "scheduled_for": whole.timing.at if whole.timing else None,
        "scheduled_zone": whole.timing.zone if whole.timing else None,
        "expires_at": whole.expires_at,
        "audience": names.remembered(whole.audience, scope),
        "requires_acknowledgement": whole.requires_acknowledgement,
        "corrects_id": whole.corrects,
        "created_at": moment,
    }


def set_off(values: dict[str, Any]) -> None:
    """What must happen is a row, in this same transaction; the bell only makes it happen sooner."""
    lane = Lane.ALERTS if values["category"] is Category.EMERGENCY else Lane.BULK
    where = {"district_id": values["district_id"], "school_id": values["school_id"]}
    work = {"notification_id": values["id"], "lane": lane, "next_attempt_at": values["created_at"]}
    db.session.execute(insert(FanOut).values(**work, **where))
    telling.begin(values["id"], **where)
    ring_later(lane)


def note_act(act: str, values: dict[str, Any], by: Person | None) -> None:
    """Into the audit log, in this same transaction; nobody did what the clock does."""
    note(
        act,
        subject_id=values["id"],
        actor_id=by.account_id if by else None,
        session_id=by.session_id if by else None,
        category=values["category"].value,
        district_id=values["district_id"],
        school_id=values["school_id"],
    )
