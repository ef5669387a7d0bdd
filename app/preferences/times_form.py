"""When somebody wants mail that can wait, as three fields of a form."""

from datetime import time

from babel import Locale
from babel.dates import format_time
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, ValidationError

from app.preferences.hours import OF_A_DAY, is_quiet
from app.preferences.kinds import Times
from app.web.localisation import written

OFF = ""
MINUTES = {f"{minute // 60:02}:{minute % 60:02}": minute for minute in OF_A_DAY}
"""How a form names the times of day that can be chosen."""


def value_of(minute: int | None) -> str:
    return OFF if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def _choices() -> list[tuple[str, str]]:
    rules = written(get_locale())
    return [(OFF, _("Off")), *((value, _spoken(minute, rules)) for value, minute in MINUTES.items())]


def _spoken(minute: int, rules: Locale) -> str:
    return str(format_time(time(*divmod(minute, 60)), "short", locale=rules))


class TimesForm(FlaskForm):  # type: ignore[misc]
    """A field that was not sent changes nothing."""

    quiet_from = SelectField(_l("Quiet from"), choices=_choices, validate_choice=False)
    quiet_until = SelectField(_l("Quiet until"), choices=_choices, validate_choice=False)
    digest_at = SelectField(_l("One mail a day, at"), choices=_choices, validate_choice=False)

    def validate_quiet_from(self, field: SelectField) -> None:
        _known(field)
        if self.quiet_until.data and not field.data:
            raise ValidationError(_("Choose from when as well, or switch both off."))

    def validate_quiet_until(self, field: SelectField) -> None:
        _known(field)
        if self.quiet_from.data and not field.data:
            raise ValidationError(_("Choose until when as well, or switch both off."))
        if field.data and self.quiet_from.data == field.data:
            raise ValidationError(_("Quiet hours end at another time than they begin."))

    def validate_digest_at(self, field: SelectField) -> None:
        _known(field)
        chosen = [MINUTES.get(one.data or OFF) for one in (field, self.quiet_from, self.quiet_until)]
        if None not in chosen and is_quiet(*chosen):  # type: ignore[arg-type]
            raise ValidationError(_("This is within your quiet hours. Choose a time outside of them."))

    def times(self, before: Times | None, time_zone: str) -> Times:
        """What is wanted now, by the clock of ``time_zone``."""
        kept = before or Times(time_zone)
        return Times(
            time_zone,
            *(
                was if field.data is None else MINUTES.get(field.data)
                for field, was in (
                    (self.quiet_from, kept.quiet_from),
                    (self.quiet_until, kept.quiet_until),
                    (self.digest_at, kept.digest_at),
                )
            ),
        )


def shown(times: Times | None) -> dict[str, str]:
    """What the fields hold before anybody has touched them."""
    kept = times or Times("UTC")
    return {name: value_of(getattr(kept, name)) for name in ("quiet_from", "quiet_until", "digest_at")}


def _known(field: SelectField) -> None:
    if field.data and field.data not in MINUTES:
        raise ValidationError(_("Choose one of these times."))
