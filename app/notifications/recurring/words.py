"""How a rule is told: as a sentence, and by the next dates that it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from babel.dates import format_date, format_interval, format_time, get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _

from app.kernel.clock import now
from app.notifications.recurring.kinds import LAST_DAY, Every, Pattern, Span
from app.notifications.recurring.moments import upcoming
from app.notifications.recurring.rules import ended
from app.notifications.schedule_words import Moment, zone_words
from app.notifications.words import list_of
from app.web.localisation import written

NEXT_SHOWN, A_WEEK = 5, 7


@dataclass(frozen=True)
class Again:
    """A pattern in words; ``problems`` say why it will not do."""

    pattern: Pattern | None
    problems: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        """ "Every Monday and Thursday at 07:30, until 18 December 2026"."""
        if self.pattern is None:
            return ""
        whole, rule = ended(self.pattern), _rule(self.pattern)
        first = _day(whole.starts_on)
        if whole.until:
            return str(_("%(rule)s, from %(first)s until %(last)s.", rule=rule, first=first, last=_day(whole.until)))
        return str(_("%(rule)s, from %(first)s on, until you end it.", rule=rule, first=first))

    @property
    def left_out(self) -> str:
        spans = self.pattern.skipped if self.pattern else ()
        return str(_("Not on %(days)s.", days=list_of([_span(span) for span in spans]))) if spans else ""

    @property
    def zone(self) -> str:
        return zone_words(self.pattern.zone) if self.pattern else ""

    @property
    def coming(self) -> list[Moment]:
        """The next times, with what the clocks make of each."""
        return [Moment(timing) for timing in upcoming(self.pattern, now(), NEXT_SHOWN)] if self.pattern else []


def day_names() -> list[tuple[str, str]]:
    """The days of a week with their numbers, from the day on which a week begins in the reader's language."""
    locale = written(get_locale())
    names = get_day_names("wide", locale=locale)
    return [(str(day), str(names[day])) for day in ((locale.first_week_day + step) % A_WEEK for step in range(A_WEEK))]


def _rule(pattern: Pattern) -> str:
    at = format_time(time(pattern.minute // 60, pattern.minute % 60), "short", locale=written(get_locale()))
    names = dict(day_names())
    if pattern.every is Every.WORKDAY:
        return str(_("Every weekday, Monday to Friday, at %(time)s", time=at))
    if pattern.every is Every.WEEK and len(pattern.days) == A_WEEK:
        return str(_("Every day at %(time)s", time=at))
    if pattern.every is Every.WEEK:
        return str(_("Every %(days)s at %(time)s", days=list_of([names[str(day)] for day in pattern.days]), time=at))
    if pattern.month_day == LAST_DAY:
        return str(_("On the last day of every month at %(time)s", time=at))
    return str(_("Every month on day %(day)s at %(time)s", day=pattern.month_day, time=at))


def _day(day: date) -> str:
    return str(format_date(day, "long", written(get_locale())))


def _span(span: Span) -> str:
    if span.first == span.last:
        return _day(span.first)
    return str(format_interval(span.first, span.last, "yMMMd", locale=written(get_locale())))
