"""How moments, numbers and words are shown, in the reader's language and zone."""

from datetime import datetime

from flask_babel import format_datetime, format_decimal, format_timedelta
from markupsafe import Markup

from app.kernel.clock import now


def exact(moment: datetime) -> str:
    """Day and time, in the reader's zone."""
    return str(format_datetime(moment, "d MMMM y, HH:mm"))


def moment(value: datetime | None) -> Markup:
    """ "8 minutes ago", with the exact time on hover and for machines; empty for None."""
    if value is None:
        return Markup()
    age = value - now()
    words = format_timedelta(age, add_direction=True) if abs(age.days) < 7 else format_datetime(value, "d MMM y")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), exact(value), words)


def number(value: int) -> str:
    return str(format_decimal(value))


def initials(name: str) -> str:
    """At most two letters to know a person or school by."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def hue(name: str) -> int:
    """One of six colours, the same for a name everywhere."""
    return sum(name.encode()) % 6 + 1
