"""What an open page learns of the reports that it shows: their numbers anew, for whoever may still see them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from app.extensions import db
from app.kernel.ids import parse_id
from app.notifications.access import scopes_of
from app.notifications.kinds import Scope
from app.notifications.telling import REPORT_CHANGED
from app.realtime.kinds import Frame, Happening, Viewer
from app.reports import counts, queries
from app.reports.pages import Head, SentLine, sent_lines
from app.reports.report import report_of
from app.reports.report_page import ReportView
from app.web.rendering import render_for

PREFIX = "report:"
LIST = "sent"
"""The topic of the list of what was sent."""


def topic_of(notification_id: UUID) -> str:
    """What a page says that shows this report."""
    return f"{PREFIX}{notification_id}"


class Reports:
    """Asks for nothing while nobody has a report open that changed. However often it changed, it is told once."""

    kinds = frozenset({REPORT_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        changed = {happening.subject_id: happening.position for happening in happenings}
        watching = [(id_, viewer) for viewer in viewers for id_ in _shown_by(viewer) if id_ in changed]
        if not watching:
            return {}
        scopes = scopes_of({viewer.session_id for _, viewer in watching})
        seen = [(id_, viewer, scopes[viewer.session_id]) for id_, viewer in watching if viewer.session_id in scopes]
        known = _look_up({(id_, scope) for id_, _, scope in seen})
        db.session.remove()
        told: dict[UUID, list[Frame]] = defaultdict(list)
        for id_, viewer, scope in seen:
            if found := known.get((id_, scope)):
                head, report = found
                html = render_for(viewer, "reports/live/changed.html", head=head, report=report)
                told[viewer.session_id].append(Frame(changed[id_], html, topic=topic_of(id_)))
        return told


class Lines:
    """The same for lines of the list. It does not know which stand on a page: a page leaves aside what it lacks."""

    kinds = frozenset({REPORT_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        watching = [viewer for viewer in viewers if LIST in viewer.topics]
        if not watching:
            return {}
        changed = {happening.subject_id: happening.position for happening in happenings}
        scopes = scopes_of({viewer.session_id for viewer in watching})
        known = {scope: _lines(changed, scope) for scope in set(scopes.values())}
        db.session.remove()
        return {
            viewer.session_id: [_line_frame(viewer, line, changed) for line in known[scopes[viewer.session_id]]]
            for viewer in watching
            if viewer.session_id in scopes
        }


def _lines(ids: Iterable[UUID], scope: Scope) -> list[SentLine]:
    heads = queries.among(ids, scope)
    return sent_lines(heads, *counts.of_heads(heads)) if heads else []


def _line_frame(viewer: Viewer, line: SentLine, changed: Mapping[UUID, int]) -> Frame:
    html = render_for(viewer, "reports/live/line.html", line=line)
    return Frame(changed[line.head.notification.id], html, topic=LIST)


def _shown_by(viewer: Viewer) -> Iterator[UUID]:
    for topic in viewer.topics:
        if topic.startswith(PREFIX) and (id_ := parse_id(topic.removeprefix(PREFIX))):
            yield id_


def _look_up(wanted: set[tuple[UUID, Scope]]) -> dict[tuple[UUID, Scope], tuple[Head, ReportView]]:
    """Those of the reports that are of these schools. Each is counted once, however many look at it."""
    heads = {(id_, scope): head for id_, scope in wanted if (head := queries.find(id_, scope))}
    each = {id_: head for (id_, _), head in heads.items()}
    reports = {id_: ReportView(report_of(head)) for id_, head in each.items()}
    return {
        (id_, scope): (Head(head, is_own=head.Notification.school_id == scope.school_id), reports[id_])
        for (id_, scope), head in heads.items()
    }
