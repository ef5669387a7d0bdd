"""How moments, numbers and words are shown, in the reader's language and zone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from flask_babel import format_decimal, format_timedelta, get_locale, get_timezone, to_user_timezone
from markupsafe import Markup

from app.kernel.clock import now
from app.web import ago
from app.web.ago import Length
from app.web.localisation import written

MINUTE, A_WEEK = timedelta(minutes=1), timedelta(days=7)


def exact(moment: datetime, zone: str | None = None) -> str:
    """Day and time, in the reader's zone or in the ``zone`` of a name such as Europe/London."""
    there = moment.astimezone(ZoneInfo(zone)) if zone else to_user_timezone(moment)
    return day_and_time(there, get_locale(), "long")


def day_and_time(moment: datetime, locale: Locale | None, day: str) -> str:
    """In the zone that ``moment`` carries, by the language's rules; ``day`` is "full" (with its name) or "long"."""
    rules = written(locale)
    date, time = format_date(moment, day, rules), format_time(moment, "short", locale=rules)
    return str(get_datetime_format("long", locale=rules)).replace("{1}", date).replace("{0}", time)


def moment(value: datetime | None) -> Markup:
    """ "8 minutes ago", with the exact time on hover and for machines; the day after a week; empty for None."""
    if value is None:
        return Markup()
    age = now() - value
    return _ago(value, age, Length.LONG) if age < A_WEEK else _time(value, _day(value))


def stamper() -> Callable[[datetime], Markup]:
    """Tells when something came, as a list says it: how long ago today, the time within a week, then the day.

    One for a whole list: to ask who is reading takes longer than to say when.
    """
    moment, zone, locale = now(), get_timezone(), get_locale()
    today = moment.astimezone(zone).date()

    def stamp(value: datetime) -> Markup:
        is_today = date_of(value, zone) >= today
        return _stamped(value, (moment - value) // MINUTE * MINUTE if is_today else today, zone, locale)

    return stamp


@lru_cache(maxsize=8192)
def date_of(value: datetime, zone: tzinfo) -> date:
    """The day of a moment where somebody is."""
    return value.astimezone(zone).date()


@lru_cache(maxsize=8192)
def _stamped(value: datetime, since: date | timedelta, zone: tzinfo, locale: Locale | None) -> Markup:
    """Seen from a day or from so long after. Kept: one notification comes to a thousand people in a moment."""
    if isinstance(since, timedelta):
        return _ago(value, since, Length.SHORT)
    there, rules = value.astimezone(zone), written(locale)
    if (age := (since - there.date()).days) < 7:
        time = format_time(there, "short", locale=rules)
        words = time if age == 1 else f"{format_date(there, 'EEE', rules)} {time}"
    else:
        words = format_date(there, rules.datetime_skeletons["MMMd" if there.year == since.year else "yMMMd"], rules)
    return _time(value, words)


def up_to(value: int, most: int = 99) -> str:
    """A count that nobody needs exactly: "99+"."""
    return number(value) if value <= most else f"{number(most)}+"


def _ago(value: datetime, age: timedelta, length: Length) -> Markup:
    """One that a page keeps fresh."""
    said = Markup('<time datetime="{}" title="{}" data-ago="{}">{}</time>')
    return said.format(value.isoformat(), exact(value), length.value, ago.words(age, length))


def _time(value: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), exact(value), words)


def _day(value: datetime) -> str:
    rules = written(get_locale())
    return format_date(to_user_timezone(value), rules.datetime_skeletons["yMMMd"], rules)


def time(value: datetime) -> str:
    """The time of day, in the reader's zone."""
    return str(format_time(to_user_timezone(value), "short", locale=written(get_locale())))


def brief(value: datetime) -> str:
    """Day and time as short as they can be told, in the reader's zone: "20 Nov, 08:30"."""
    rules = written(get_locale())
    date = format_date(to_user_timezone(value), rules.datetime_skeletons["MMMd"], rules)
    return str(get_datetime_format("short", locale=rules)).replace("{1}", date).replace("{0}", time(value))


def span(value: timedelta) -> str:
    """About how long: "2 minutes"."""
    return str(format_timedelta(value, granularity="minute"))


def span_to_come(value: timedelta) -> str:
    """About how long until then: "in 2 days"."""
    return str(format_timedelta(value, granularity="minute", threshold=1.5, add_direction=True))


def number(value: int) -> str:
    return str(format_decimal(value))


def initials(name: str) -> str:
    """At most two letters to know a person or school by."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def hue(name: str) -> int:
    """One of six colours, the same for a name everywhere."""
    return sum(name.encode()) % 6 + 1
