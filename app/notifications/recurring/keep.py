"""Beginning, changing and ending what recurs. All of it in the open unit of work."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, insert, update
from sqlalchemy.exc import IntegrityError

from app.audit.record import record as note
from app.extensions import db
from app.identity.kinds import Person
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.notifications import names, rules
from app.notifications.audience import somebody
from app.notifications.compose import check
from app.notifications.errors import (
    AlreadyDecidedError,
    ChangedMeanwhileError,
    DraftRefusedError,
    IdempotencyConflictError,
    NotAllowedError,
)
from app.notifications.kinds import Draft, Problem, Scope, Status
from app.notifications.queries import scope_of
from app.notifications.recurring import queries
from app.notifications.recurring.kept import columns_of
from app.notifications.recurring.kinds import Pattern
from app.notifications.recurring.models import Recurrence
from app.notifications.recurring.moments import following
from app.notifications.recurring.rules import problems
from app.roster.kinds import Hat
from app.roster.rules import ADMINS

SAID = ("title", "body", "category", "priority", "link", "requires_acknowledgement")


def check_all(draft: Draft, pattern: Pattern, scope: Scope) -> None:
    """Raises DraftRefusedError when it could not recur so: all that is wrong with the words, the people, the rule."""
    moment = now()
    found = list(problems(pattern, draft.category, today_of(pattern)))
    if draft.corrects:
        found.append(Problem("when", "once"))
    if draft.expires_at:
        found.append(Problem("expires_at", "again"))
    if not found and following(pattern, moment) is None:
        found.append(Problem("starts_on", "never"))
    if found:
        raise DraftRefusedError(found)
    check(draft, scope)


def begin(draft: Draft, pattern: Pattern, by: Person, hat: Hat, key: str | None) -> UUID:
    """Have it said again and again from now on; gives its id. The same request with the same key begins one.

    Raises DraftRefusedError, NotAllowedError and IdempotencyConflictError.
    """
    if hat.role not in ADMINS:
        raise NotAllowedError
    scope = scope_of(hat.district_id, hat.school_id, now())
    values = _columns(draft, pattern, scope) | {
        "id": new_id(),
        "sender_id": by.account_id,
        "idempotency_key": key,
        "fingerprint": version_of(draft, pattern, scope),
        "created_at": now(),
    }
    if earlier := _find_earlier(values):
        return earlier
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Recurrence).values(**values))
    except IntegrityError:
        if winner := _find_earlier(values):
            return winner
        raise
    _note("recurrence.begun", values["id"], by, hat)
    return UUID(str(values["id"]))


def revise(recurrence: Recurrence, version: str, said: tuple[Draft, Pattern], by: Person, hat: Hat) -> None:
    """Have it say something else, or at other times, from now on. What was said stays as it was.

    Raises DraftRefusedError, ChangedMeanwhileError, and AlreadyDecidedError when it has ended.
    """
    draft, pattern = said
    scope = scope_of(hat.district_id, hat.school_id, now())
    standing = db.session.get_one(Recurrence, recurrence.id, with_for_update=True, populate_existing=True)
    if standing.ended_at:
        raise AlreadyDecidedError(Status.CANCELLED)
    if version_in(standing) != version:
        raise ChangedMeanwhileError
    _change(standing.id, _columns(draft, pattern, scope, standing))
    _note("recurrence.changed", standing.id, by, hat)


def end(recurrence: Recurrence, by: Person, hat: Hat) -> None:
    """Say it no more; doing it again changes nothing."""
    if _change(recurrence.id, {"next_at": None, "ended_at": now()}):
        _note("recurrence.ended", recurrence.id, by, hat)


def today_of(pattern: Pattern) -> date:
    """Which day it is where it is said."""
    return now().astimezone(ZoneInfo(pattern.zone)).date()


def version_in(recurrence: Recurrence) -> str:
    """The same while it says the same, to the same people, at the same times."""
    rows = [getattr(recurrence, name) for name in (*SAID, "rule", "time_zone", "minute", "starts_on")]
    lists = [sorted(recurrence.audience[part]) for part in ("include", "exclude")]
    return _digest([*rows, *lists, recurrence.skipped])


def version_of(draft: Draft, pattern: Pattern, scope: Scope) -> str:
    """What a request asks for, so that a key used twice tells a repetition from a mistake."""
    return _digest([rules.fingerprint(draft, scope.district_id, scope.school_id), pattern])


def _columns(draft: Draft, pattern: Pattern, scope: Scope, standing: Recurrence | None = None) -> dict[str, Any]:
    check_all(draft, pattern, scope)
    if db.session.scalar(somebody(draft.audience, scope)) is None:
        raise DraftRefusedError([Problem("include", "nobody", "")])
    last = queries.find_last(standing.id) if standing else None
    coming = following(pattern, max(now(), last) if last else now())
    said = {name: getattr(draft, name) for name in SAID} | columns_of(pattern)
    here = {"district_id": scope.district_id, "school_id": scope.school_id}
    if coming is None:
        raise DraftRefusedError([Problem("starts_on", "never")])
    return said | here | {"audience": names.remembered(draft.audience, scope), "next_at": coming.at}


def _find_earlier(values: dict[str, Any]) -> UUID | None:
    key = values["idempotency_key"]
    earlier = queries.find_by_key(values["sender_id"], key) if key else None
    if earlier and earlier.fingerprint != values["fingerprint"]:
        raise IdempotencyConflictError
    return earlier.id if earlier else None


def _change(recurrence_id: UUID, values: dict[str, Any]) -> bool:
    """False when it has ended."""
    changing = update(Recurrence).where(Recurrence.id == recurrence_id, Recurrence.ended_at.is_(None)).values(**values)
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        changing.execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)


def _note(act: str, recurrence_id: Any, by: Person, hat: Hat) -> None:
    note(
        act,
        subject_id=recurrence_id,
        district_id=hat.district_id,
        school_id=hat.school_id,
        actor_id=by.account_id,
        session_id=by.session_id,
    )


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
