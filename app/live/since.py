"""What has happened for these people since they last heard: the one answer of socket, catch-up and poll."""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.realtime.kinds import Answer, Cursor, Frame, Happening, Source, Standing, Viewer
from app.realtime.queries import current_cursor, happenings_between

log = structlog.get_logger(__name__)

MOST_BEHIND = 5000

Frames = dict[UUID, list[Frame]]


def since(waiting: Mapping[Cursor, Sequence[Viewer]]) -> dict[Cursor, Answer]:
    """For each cursor what its viewers are told. History is read once for all, each source asked once a cursor.

    Who is behind by more than MOST_BEHIND happenings is better off with a full reload, and told so.
    """
    newest = current_cursor()
    near = [cursor.position for cursor in waiting if is_near(cursor, newest)]
    happenings = happenings_between(min(near), newest.position) if near and min(near) < newest.position else []
    db.session.remove()
    return {cursor: _answer(cursor, newest, happenings, viewers) for cursor, viewers in waiting.items()}


def is_near(cursor: Cursor, newest: Cursor) -> bool:
    """Whether a page that has got as far as ``cursor`` may be told the rest."""
    return cursor.epoch == newest.epoch and 0 <= newest.position - cursor.position <= MOST_BEHIND


def _answer(cursor: Cursor, newest: Cursor, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> Answer:
    missed = [happening for happening in happenings if happening.position > cursor.position]
    # Positions follow one another, so a count that is short means that the oldest were deleted.
    if not is_near(cursor, newest) or len(missed) != newest.position - cursor.position:
        return _gap(newest, viewers)
    try:
        return Answer(newest, _frames(missed, viewers))
    except DBAPIError:
        raise  # the next look asks again
    except Exception:
        # One that cannot be rendered must not keep the rest from everybody: the pages themselves tell it.
        log.exception("a source failed", behind=cursor.position, newest=newest.position)
        return _gap(newest, viewers)


def _gap(newest: Cursor, viewers: Sequence[Viewer]) -> Answer:
    """Not what happened, but how things stand: a page on which somebody types is not loaded anew, and must know."""
    standing: Standing = current_app.extensions["belfry.standing"]
    try:
        return Answer(newest, standing(viewers), is_gap=True)
    except DBAPIError:
        raise
    except Exception:
        log.exception("how things stand could not be told")
        return Answer(newest, is_gap=True)


def _frames(happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> Frames:
    found: Frames = {}
    for source in cast("list[Source]", current_app.extensions["belfry.sources"]):
        if concerning := [happening for happening in happenings if _concerns(happening, source, viewers)]:
            for session_id, frames in source.frames(concerning, viewers).items():
                found.setdefault(session_id, []).extend(frames)
    return {session_id: sorted(frames, key=lambda frame: frame.position) for session_id, frames in found.items()}


def _concerns(happening: Happening, source: Source, viewers: Sequence[Viewer]) -> bool:
    if happening.kind not in source.kinds:
        return False
    return any(
        viewer.district_id == happening.district_id and happening.may_concern(viewer.account_id) for viewer in viewers
    )
