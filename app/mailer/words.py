"""Moments and languages as a mail writes them: there is no page, and so no reader's settings, around it."""

from collections.abc import Sequence
from datetime import datetime

from babel import Locale
from babel.dates import format_time
from babel.lists import format_list

from app.web.catalogues import ISOLATE
from app.web.formats import day_and_time
from app.web.localisation import known, written

DEFAULT = "en"


def locale_of(text: str | None) -> Locale:
    """The language of ours that is named by ``text``, or English: dates must not speak another than the words do."""
    return Locale.parse(known(text) or DEFAULT)


def listed(names: Sequence[str], locale: Locale) -> str:
    """ "Mina, Yusuf and Noor"."""
    is_mirrored = locale.text_direction == "rtl"
    return format_list([ISOLATE.format(name) if is_mirrored else name for name in names], locale=written(locale))


def exactly(moment: datetime, locale: Locale) -> str:
    """Day, time and zone: a mail is read elsewhere and later. ``moment`` is shown in the zone that it carries."""
    zone = format_time(moment, "z", locale=written(locale))
    return f"{day_and_time(moment, locale, 'full')} {zone}"
