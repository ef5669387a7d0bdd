"""What somebody typed of a rule becomes a pattern, or problems at the fields."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its stubs
from wtforms.widgets import DateInput, TimeInput

from app.notifications.kinds import Problem
from app.notifications.recurring.kinds import LAST_DAY, Ends, Every, Pattern, Span
from app.notifications.recurring.rules import EVERY_MONTH, MOST_SPANS
from app.web.texts import clean

PLAIN = ("every", "month_day", "at", "starts_on", "ends", "until_on", "times")
LISTED = ("days", "skip_from", "skip_to")
LISTS: dict[str, Any] = {"choices": [], "validate_choice": False}
MONTH_DAYS = [SelectChoice(str(day), str(day)) for day in EVERY_MONTH] + [
    SelectChoice(str(LAST_DAY), _l("the last day"))
]


class AgainFields(FlaskForm):  # type: ignore[misc]
    """The fields of the composer that say when something is said again. In the page's order."""

    every = StringField(_l("How often?"), default=Every.WORKDAY.value)
    days = SelectMultipleField(_l("On which days?"), **LISTS)
    month_day = SelectField(_l("On which day of the month?"), choices=MONTH_DAYS, default="1", validate_choice=False)
    at = StringField(_l("At what time?"), widget=TimeInput())
    starts_on = StringField(_l("From which day on?"), widget=DateInput())
    ends = StringField(_l("Until when?"), default=Ends.NEVER.value)
    until_on = StringField(_l("Last day"), widget=DateInput())
    times = StringField(_l("How many times"))
    skip_from = SelectMultipleField(_l("Left out from"), **LISTS)
    skip_to = SelectMultipleField(_l("to"), **LISTS)

    def to_pattern(self, zone: str) -> tuple[Pattern, list[Problem]]:
        """What can be read of it by the clock of ``zone``, and what cannot."""
        found: list[Problem] = []
        said = {name: clean(self[name].data).strip() for name in PLAIN}
        at, starts_on = _time(said["at"], found), _date(said["starts_on"], "starts_on", found)
        ends = Ends(said["ends"]) if said["ends"] in set(Ends) else Ends.NEVER
        pattern = Pattern(
            Every(said["every"]) if said["every"] in set(Every) else Every.WORKDAY,
            zone,
            starts_on or date.min,
            at.hour * 60 + at.minute,
            tuple(sorted({int(day) for day in self.days.data or () if day in set("0123456")})),
            int(said["month_day"]) if said["month_day"] in {choice.value for choice in MONTH_DAYS} else 1,
            _date(said["until_on"], "until_on", found) if ends is Ends.ON else None,
            _number(said["times"], found) if ends is Ends.AFTER else None,
            self._spans(found),
        )
        return pattern, found

    @property
    def carried_again(self) -> list[tuple[str, str]]:
        """All that was typed of it, for hidden fields."""
        lists = [(name, text) for name in LISTED for text in self[name].data or ()]
        return [(name, self[name].data or "") for name in PLAIN] + lists

    @property
    def skips(self) -> list[tuple[str, str]]:
        """The lines of days that are left out: those that were given, and room for more."""
        given = [pair for pair in self._pairs() if any(pair)]
        return [*given, ("", ""), ("", "")][: max(MOST_SPANS, len(given))]

    def _pairs(self) -> list[tuple[str, str]]:
        first, last = (self[name].data or () for name in ("skip_from", "skip_to"))
        return [(clean(a).strip(), clean(b).strip()) for a, b in list(zip_longest(first, last, fillvalue=""))[:100]]

    def _spans(self, problems: list[Problem]) -> Sequence[Span]:
        """A line without its end is one day."""
        spans = []
        for first, last in self._pairs():
            if first or last:
                begins = _date(first or last, "skip_from", problems)
                ends = _date(last or first, "skip_from", problems)
                spans += [Span(begins, ends)] if begins and ends else []
        return tuple(spans)


def typed(pattern: Pattern) -> Mapping[str, str | list[str]]:
    """The fields as they would be typed for it."""
    return {
        "every": pattern.every.value,
        "days": [str(day) for day in pattern.days],
        "month_day": str(pattern.month_day),
        "at": f"{pattern.minute // 60:02}:{pattern.minute % 60:02}",
        "starts_on": pattern.starts_on.isoformat(),
        "ends": (Ends.ON if pattern.until else Ends.NEVER).value,
        "until_on": pattern.until.isoformat() if pattern.until else "",
        "times": "",
        "skip_from": [span.first.isoformat() for span in pattern.skipped],
        "skip_to": [span.last.isoformat() for span in pattern.skipped],
    }


def _date(text: str, field: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(field, "no_day"))
        return None


def _time(text: str, problems: list[Problem]) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        problems.append(Problem("at", "no_time"))
        return time()


def _number(text: str, problems: list[Problem]) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) < 5:
        return int(text)
    problems.append(Problem("times", "no_number"))
    return None
