"""The red line over every page of an admin while something that should leave does not, or who works is silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.admin import watch
from app.admin.kinds import Wellness
from app.admin.words import alarm_words
from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.access import scopes_of
from app.realtime.kinds import Frame, Happening, Viewer
from app.realtime.record import record
from app.roster.access import is_admin
from app.roster.models import District
from app.web.rendering import render_for

WELLNESS_CHANGED = "wellness.changed"
LOOK_EVERY = 10.0


@dataclass(frozen=True)
class AlarmView:
    wellness: Wellness
    moment: datetime

    @property
    def sentences(self) -> list[str]:
        """None when all is well."""
        return alarm_words(self.wellness, self.moment)


def alarm_of_page() -> AlarmView | None:
    """What an admin's page says above all else. Nobody else is told, and for them nothing is asked."""
    return AlarmView(watch.wellness(), now()) if is_admin() else None


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


class Lookout:
    """What the clock remembers of what it has told: any clock may tell the same once more."""

    def __init__(self) -> None:
        self._told: object = None

    def look(self) -> None:
        """Tell open pages when something began or ended to be wrong, and each minute that it lasts."""
        found, moment = watch.wellness(), now()
        minutes = {lane: int((moment - since).total_seconds() // 60) for lane, since in found.due_since.items()}
        stands = (minutes, sorted(found.silent)) if found.is_alarming else None
        if stands != self._told:
            with unit_of_work() as session:
                for district_id in session.scalars(select(District.id)).all():
                    record(WELLNESS_CHANGED, new_id(), district_id=district_id)
            self._told = stands


def duties() -> list[Duty]:
    return [Duty("admin.lookout", LOOK_EVERY, Lookout().look)]
