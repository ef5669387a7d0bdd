"""The red line over every page of an admin while something that should leave does not, or who works is silent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.admin import watch
from app.admin.kinds import Wellness
from app.admin.words import alarm_words
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.realtime.record import record
from app.roster.access import is_admin
from app.roster.models import District

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
