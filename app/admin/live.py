"""What an open home page learns: what is being sent, how the last are read. And every admin's page: what is wrong."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.admin import watch
from app.admin.alarm import WELLNESS_CHANGED, AlarmView
from app.extensions import db
from app.kernel.clock import now
from app.notifications.access import scopes_of
from app.notifications.kinds import Scope
from app.notifications.telling import REPORT_CHANGED
from app.realtime.kinds import Frame, Happening, Viewer
from app.reports import counts, queries
from app.reports.pages import SentLine, sent_lines
from app.web.rendering import render_for

SENDING = "sending"
"""The topic of the home page: what goes on in the schools of whoever looks."""
MOST = 10
LATELY = 5


@dataclass(frozen=True)
class Sending:
    """What is on its way, and the last that were sent before."""

    going: Sequence[SentLine]
    lately: Sequence[SentLine]


def sending_now(scope: Scope) -> Sending:
    """Five questions, however much there is."""
    going = queries.on_their_way(scope, MOST)
    ids = {head.Notification.id for head in going}
    lately = [head for head in queries.latest(scope, LATELY + len(ids)) if head.Notification.id not in ids][:LATELY]
    lines = sent_lines([*going, *lately], *counts.of_heads([*going, *lately]))
    return Sending(lines[: len(going)], lines[len(going) :])


class Sends:
    """Asks for nothing while nobody has the home page open."""

    kinds = frozenset({REPORT_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        watching = [viewer for viewer in viewers if SENDING in viewer.topics]
        scopes = scopes_of({viewer.session_id for viewer in watching}) if watching else {}
        changed = {scope: _last(happenings, scope) for scope in scopes.values()}
        known = {scope: sending_now(scope) for scope, position in changed.items() if position}
        db.session.remove()
        told: dict[UUID, list[Frame]] = defaultdict(list)
        for viewer in watching:
            scope = scopes.get(viewer.session_id)
            if scope in known:
                html = render_for(viewer, "admin/live/sending.html", sending=known[scope])
                told[viewer.session_id].append(Frame(changed[scope], html, topic=SENDING))
        return told


class Alarms:
    """Tells the open pages of admins. It is one Belfry for all schools, so every admin is told the same."""

    kinds = frozenset({WELLNESS_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        admins = scopes_of({viewer.session_id for viewer in viewers})
        concerned = [viewer for viewer in viewers if viewer.session_id in admins]
        if not concerned:
            return {}
        alarm, last = AlarmView(watch.wellness(), now()), happenings[-1].position
        db.session.remove()
        return {
            viewer.session_id: [Frame(last, render_for(viewer, "admin/live/alarm.html", alarm=alarm))]
            for viewer in concerned
        }


def _last(happenings: Sequence[Happening], scope: Scope) -> int:
    """The position of the last happening in these schools; 0 when there is none."""
    return max((one.position for one in happenings if _is_in(one, scope)), default=0)


def _is_in(happening: Happening, scope: Scope) -> bool:
    is_here = scope.school_id is None or happening.school_id == scope.school_id
    return is_here and happening.district_id == scope.district_id
