"""Names, times and languages as a mail writes them: there is no page, and so no reader's settings, around it."""

from collections.abc import Sequence
from datetime import datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.lists import format_list

# Plain "en" would be written the American way.
ENGLISH = Locale("en", "GB")
DEFAULT = "en"


def locale_of(text: str | None) -> Locale:
    """The language named by ``text``, or English for none and for one that nobody knows."""
    try:
        return Locale.parse((text or DEFAULT).replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(DEFAULT)


def listed(names: Sequence[str], locale: Locale) -> str:
    """ "Mina, Yusuf and Noor"."""
    return format_list(list(names), locale=_in_full(locale))


def exactly(moment: datetime, locale: Locale) -> str:
    """Day, time and zone: a mail is read elsewhere and later. ``moment`` is shown in the zone that it carries."""
    return format_datetime(moment, "EEEE d MMMM y, HH:mm z", locale=_in_full(locale))


def _in_full(locale: Locale) -> Locale:
    return ENGLISH if str(locale) == "en" else locale
