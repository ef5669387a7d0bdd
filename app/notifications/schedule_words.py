"""How it is told when something goes out: by the school's clock, and what that clock makes of a time of day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask_babel import get_locale
from flask_babel import gettext as _

from app.kernel.clock import now
from app.notifications.kinds import Shift, Timing
from app.notifications.timing import of_moment
from app.web import formats
from app.web.localisation import written


@dataclass(frozen=True)
class Moment:
    """A moment to come, as pages tell it."""

    timing: Timing

    @property
    def exactly(self) -> str:
        """ "Monday, 30 November 2026 at 07:30"."""
        return formats.day_and_time(self.timing.there, get_locale(), "full")

    @property
    def zone(self) -> str:
        return zone_words(self.timing.zone)

    @property
    def until(self) -> str:
        """ "in 9 days", at least in a minute; empty once it is over."""
        left = self.timing.at - now()
        return formats.span_to_come(left) if left.total_seconds() > 0 else ""

    @property
    def shifted(self) -> str:
        """What becomes of a time that the clocks leap over, or show twice; empty for all others."""
        asked, shown = _time(self.timing.wall), _time(self.timing.there)
        if self.timing.shift is Shift.SKIPPED:
            return str(
                _(
                    "On that day the clocks are put forward and %(asked)s does not exist: it goes out at %(shown)s.",
                    asked=asked,
                    shown=shown,
                )
            )
        if self.timing.shift is Shift.TWICE:
            return str(
                _(
                    "On that day the clocks are put back and %(asked)s comes twice: it goes out the first time.",
                    asked=asked,
                )
            )
        return ""


def moment_of(scheduled_for: datetime, zone: str) -> Moment:
    """What was scheduled, as its row has it."""
    return Moment(of_moment(scheduled_for, zone))


@dataclass(frozen=True)
class Timed:
    """What the composer says beside the field: whose clock it is, what was chosen, and why that will not do."""

    zone: str
    moment: Moment | None = None
    problems: Sequence[str] = ()

    @property
    def zone_words(self) -> str:
        return zone_words(self.zone)

    @property
    def tomorrow(self) -> str:
        """As a date field takes it."""
        return (now().astimezone(ZoneInfo(self.zone)).date() + timedelta(days=1)).isoformat()

    @property
    def time_there(self) -> str:
        """So that nobody takes it for their own clock."""
        return _time(now().astimezone(ZoneInfo(self.zone)))


def zone_words(zone: str) -> str:
    """ "America/New York", as people write it."""
    return zone.replace("_", " ")


def _time(moment: datetime) -> str:
    return str(format_time(moment, "short", locale=written(get_locale())))
