"""What an open page learns of its person's inbox: a new item, the badge, and each turn that an emergency takes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.extensions import db
from app.inbox import emergencies, queries, rules
from app.inbox.changes import INBOX_CHANGED, LIST
from app.inbox.kinds import Item
from app.inbox.queries import Owner
from app.notifications.deliver import CHANGED
from app.notifications.fan_out import PUBLISHED
from app.realtime.kinds import Frame, Happening, Viewer
from app.web.rendering import render_for


@dataclass(frozen=True)
class Known:
    """All that is needed to tell everybody, read before anything is rendered.

    ``concerned`` says whose copies the changes are about, and which of them are of emergencies; ``to_confirm`` counts
    for those alone who have a list open.
    """

    items: Mapping[Owner, Item]
    concerned: Mapping[Owner, bool]
    unread: Mapping[UUID, int]
    to_confirm: Mapping[UUID, int]
    corrected: Collection[UUID]


class Inbox:
    """Tells each viewer of what is theirs alone. As many queries for one viewer as for thousands."""

    kinds = frozenset({PUBLISHED, CHANGED, INBOX_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        viewers = [one for one in viewers if any(happening.may_concern(one.account_id) for happening in happenings)]
        known = _look_up(happenings, viewers)
        # Whoever renders for a thousand people must not hold a connection meanwhile.
        db.session.remove()
        told: dict[UUID, list[Frame]] = defaultdict(list)
        for viewer in _one_a_session(viewers):
            for happening in happenings:
                if happening.may_concern(viewer.account_id):
                    told[viewer.session_id] += _frames(happening, viewer, known)
        return {session_id: frames for session_id, frames in told.items() if frames}


def standing(viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
    """How things stand, for pages that cannot be told what happened: the emergencies that last, and the badge."""
    account_ids = {viewer.account_id for viewer in viewers}
    lasting, unread = emergencies.lasting_of(account_ids), queries.unread_counts(account_ids)
    db.session.remove()
    return {
        viewer.session_id: list(_standing(viewer, lasting[viewer.account_id], unread[viewer.account_id]))
        for viewer in _one_a_session(viewers)
    }


def _one_a_session(viewers: Sequence[Viewer]) -> list[Viewer]:
    return list({viewer.session_id: viewer for viewer in viewers}.values())


def _look_up(happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> Known:
    account_ids = {viewer.account_id for viewer in viewers}
    with_lists = {viewer.account_id for viewer in viewers if LIST in viewer.topics}
    subjects = {happening.subject_id for happening in happenings}
    changed = {happening.subject_id for happening in happenings if happening.kind != PUBLISHED}
    concerned = emergencies.concerned(account_ids, changed) if changed else {}
    items, unread = queries.items_of(account_ids, subjects), queries.unread_counts(account_ids)
    corrected = emergencies.corrected(changed) if concerned else ()
    return Known(items, concerned, unread, queries.to_confirm_counts(with_lists), corrected)


def _frames(happening: Happening, viewer: Viewer, known: Known) -> Iterator[Frame]:
    owner, unread = (viewer.account_id, happening.subject_id), known.unread[viewer.account_id]
    item = known.items.get(owner)
    if happening.kind == PUBLISHED:
        if item and rules.rings(item):
            yield from _of_new(happening.position, viewer, item, unread)
            yield from _of_list(happening, viewer, known)
        return
    if known.concerned.get(owner) and not (item and item.is_live):  # who reads an alert is not given it anew
        yield _of_emergency(happening.position, viewer, owner[1], item, is_corrected=owner[1] in known.corrected)
    if item:
        yield Frame(happening.position, render_for(viewer, "inbox/live/line.html", item=item))
        if item.is_withdrawn:
            yield Frame(happening.position, render_for(viewer, "inbox/live/withdrawn.html", item=item))
    elif owner in known.concerned:
        yield Frame(happening.position, render_for(viewer, "inbox/live/gone.html", id=owner[1]))
    if happening.kind == INBOX_CHANGED or owner in known.concerned:
        yield Frame(happening.position, render_for(viewer, "inbox/live/badge.html", unread=unread))
        yield from _of_list(happening, viewer, known)


def _of_list(happening: Happening, viewer: Viewer, known: Known) -> Iterator[Frame]:
    """What goes to pages alone that show a list."""
    if LIST in viewer.topics:
        unread, to_confirm = known.unread[viewer.account_id], known.to_confirm[viewer.account_id]
        html = render_for(viewer, "inbox/live/tab_counts.html", unread=unread, to_confirm=to_confirm)
        yield Frame(happening.position, html, topic=LIST)
        if happening.subject_id == viewer.account_id:
            yield Frame(happening.position, render_for(viewer, "inbox/live/lines_changed.html"), topic=LIST)


def _of_new(position: int, viewer: Viewer, item: Item, unread: int) -> Iterator[Frame]:
    """The alert first: it is what must be seen."""
    if item.is_lasting:
        yield _of_emergency(position, viewer, item.id, item)
    yield Frame(position, render_for(viewer, "inbox/live/new_item.html", item=item, unread=unread))


def _of_emergency(
    position: int, viewer: Viewer, notification_id: UUID, item: Item | None, *, is_corrected: bool = False
) -> Frame:
    """Over the page while it is live, above it once it is confirmed, and gone when it is over or not there."""
    if item is None or not item.is_lasting:
        about = {"id": notification_id, "item": item, "is_corrected": is_corrected}
        return Frame(position, render_for(viewer, "inbox/live/alert_over.html", **about))
    if item.is_live:
        return Frame(position, render_for(viewer, "inbox/live/alert.html", item=item), alert_id=item.id)
    return Frame(position, render_for(viewer, "inbox/live/strip.html", item=item))


def _standing(viewer: Viewer, lasting: Sequence[Item], unread: int) -> Iterator[Frame]:
    """What is not said here is over. The newest comes last, for each is put before those that stand."""
    ids = [item.id for item in lasting]
    yield Frame(0, render_for(viewer, "inbox/live/standing.html", lasting_ids=ids, unread=unread))
    for item in reversed(lasting):
        yield _of_emergency(0, viewer, item.id, item)
