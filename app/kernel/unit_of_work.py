"""One use case, one transaction. The only place that commits.

Reactions listed as WITHIN run in the same transaction when the event is emitted; those listed as AFTER, and bells,
run once it is committed, and may be lost: what must happen is a row.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from app.extensions import db
from app.kernel import failpoints, sqlite
from app.kernel.events import Event, Reactions

log = structlog.get_logger(__name__)


@dataclass
class UnitOfWork:
    """What waits for the end of a transaction: ``last`` just before the commit, ``afterwards`` behind it."""

    last: list[Callable[[], None]] = field(default_factory=list)
    afterwards: dict[object, Callable[[], object]] = field(default_factory=dict)


_open: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Commit what the block writes, or nothing of it. Nothing slow inside: no network, no hashing, no rendering.

    Raises RuntimeError when one is open already: a use case that is part of another takes no unit of its own.
    """
    if _open.get() is not None:
        raise RuntimeError("a unit of work is open already")
    session, work = db.session(), UnitOfWork()
    with _turn(session):
        token = _open.set(work)
        try:
            session.connection(execution_options={sqlite.WRITE: True})
            yield session
            session.flush()
            for step in work.last:
                step()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _open.reset(token)
    if work.afterwards:
        failpoints.pass_or_die("FAIL_AFTER_COMMIT")
    for reaction in work.afterwards.values():
        _survive(reaction)


def emit(event: Event) -> None:
    """Tell the rooms above. Raises RuntimeError outside a unit of work."""
    reactions: Reactions = current_app.extensions["belfry.reactions"]
    for reaction in reactions.within.get(type(event), ()):
        reaction(event)
    for number, reaction in enumerate(reactions.after.get(type(event), ())):
        afterwards(lambda reaction=reaction: reaction(event), key=(event, number))  # type: ignore[misc]


def at_last(step: Callable[[], None]) -> None:
    """Run ``step`` as the last of this transaction: for locks that everybody waits for."""
    _current().last.append(step)


def afterwards(reaction: Callable[[], object], key: object = None) -> None:
    """Run ``reaction`` after the commit; two with the same key run once."""
    _current().afterwards[key or reaction] = reaction


def _current() -> UnitOfWork:
    work = _open.get()
    if work is None:
        raise RuntimeError("no unit of work is open")
    return work


def _turn(session: Session) -> AbstractContextManager[None]:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside a unit of work")
    session.rollback()  # ends the read that came before: its snapshot may be old by now
    bind = session.get_bind()
    database = bind.engine.url.database
    return sqlite.turn_to_write(database) if bind.dialect.name == "sqlite" and database else nullcontext()


def _survive(reaction: Callable[[], object]) -> None:
    try:
        reaction()
    except Exception:
        log.exception("reaction failed", reaction=getattr(reaction, "__qualname__", repr(reaction)))
