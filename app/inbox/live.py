"""What an open page learns of its person's inbox: a new item, an alert, the badge, and that an alert is over."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.extensions import db
from app.inbox import queries
from app.inbox.changes import INBOX_CHANGED
from app.inbox.kinds import Item
from app.inbox.queries import Owner
from app.notifications.deliver import CHANGED
from app.notifications.fan_out import PUBLISHED
from app.realtime.kinds import Frame, Happening, Viewer
from app.web.rendering import render_for


@dataclass(frozen=True)
class Known:
    """All that is needed to tell everybody, read before anything is rendered."""

    items: Mapping[Owner, Item]
    changes: Mapping[Owner, bool]
    unread: Mapping[UUID, int]


class Inbox:
    """Tells each viewer of what is theirs alone. Five queries at most, for one viewer as for thousands."""

    kinds = frozenset({PUBLISHED, CHANGED, INBOX_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        known = _look_up(happenings, {viewer.account_id for viewer in viewers})
        # Whoever renders for a thousand people must not hold a connection meanwhile.
        db.session.remove()
        told: dict[UUID, list[Frame]] = defaultdict(list)
        for viewer in {viewer.session_id: viewer for viewer in viewers}.values():
            for happening in happenings:
                if happening.account_id in {None, viewer.account_id}:
                    told[viewer.session_id] += _frames(happening, viewer, known)
        return {session_id: frames for session_id, frames in told.items() if frames}


def _look_up(happenings: Sequence[Happening], account_ids: set[UUID]) -> Known:
    subjects = {kind: {one.subject_id for one in happenings if one.kind == kind} for kind in Inbox.kinds}
    changed = subjects[CHANGED] | subjects[INBOX_CHANGED]
    items = queries.items_of(account_ids, subjects[PUBLISHED]) if subjects[PUBLISHED] else {}
    changes = queries.changes_among(account_ids, changed) if changed else {}
    return Known(items, changes, queries.unread_counts(account_ids))


def _frames(happening: Happening, viewer: Viewer, known: Known) -> Iterator[Frame]:
    owner, unread = (viewer.account_id, happening.subject_id), known.unread[viewer.account_id]
    if happening.kind == PUBLISHED:
        if item := known.items.get(owner):
            yield from _of_new(happening.position, viewer, item, unread)
        return
    if known.changes.get(owner):
        yield Frame(happening.position, render_for(viewer, "inbox/live/alert_over.html", item=_Gone(owner[1])))
    if happening.kind == INBOX_CHANGED or owner in known.changes:
        yield Frame(happening.position, render_for(viewer, "inbox/live/badge.html", unread=unread))


def _of_new(position: int, viewer: Viewer, item: Item, unread: int) -> Iterator[Frame]:
    """The alert first: it is what must be seen."""
    if item.is_live:
        yield Frame(position, render_for(viewer, "inbox/live/alert.html", item=item), alert_id=item.id)
    yield Frame(position, render_for(viewer, "inbox/live/new_item.html", item=item, unread=unread))


@dataclass(frozen=True)
class _Gone:
    """What is left to say of an alert that is over."""

    id: UUID
