""" "8 minutes ago", as the server says it and as a page that stays open goes on saying it (static/js/ago.js)."""

from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_timedelta
from flask_babel import get_locale
from flask_babel import gettext as _

from app.kernel.clock import now
from app.web.localisation import written

UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
SAMPLES = (1, 2, 3, 11, 100)
"""One number from 1 on for each plural form of any language; the last is of the commonest."""
ALWAYS = float("inf")


class Length(StrEnum):
    LONG = "long"
    SHORT = "short"


def words(age: timedelta, length: Length) -> str:
    """How long ago, in whole units that have passed: a page counts on from here, so nothing is rounded up."""
    for name, unit in UNITS.items():
        if age >= unit:
            return _counted(name, age // unit, length, written(get_locale()))
    return str(_("just now"))


def ways() -> dict[str, Any]:
    """The same words for a page's script, and the moment at which they were said: many a device's clock is wrong.

    Of each unit there is the form for each kind of number, with ``{}`` where the number stands.
    """
    locale = written(get_locale())
    return {"now": str(_("just now")), "at": int(now().timestamp() * 1000), **_forms_of_all(locale)}


@lru_cache
def _forms_of_all(locale: Locale) -> dict[str, dict[str, dict[str, str]]]:
    return {length.value: {name: _forms(name, length, locale) for name in UNITS} for length in Length}


def _forms(name: str, length: Length, locale: Locale) -> dict[str, str]:
    kinds = {locale.plural_form(sample): sample for sample in SAMPLES}
    return {kind: _counted(name, count, length, locale).replace(str(count), "{}") for kind, count in kinds.items()}


def _counted(name: str, count: int, length: Length, locale: Locale) -> str:
    past: Any = {"granularity": name, "threshold": ALWAYS, "add_direction": True, "format": length.value}
    return str(format_timedelta(-count * UNITS[name], locale=locale, **past))
