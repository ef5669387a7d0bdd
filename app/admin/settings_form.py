"""What a school's office may set, as a form."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField, ValidationError

from app.roster.models import School

AT_ONCE = ""
WAITS = {str(minutes): minutes for minutes in (5, 10, 15, 20, 30, 45, 60, 90, 120)}


def _choices() -> list[tuple[str, str]]:
    later = ((value, ngettext("after %(num)s minute", "after %(num)s minutes", num)) for value, num in WAITS.items())
    return [(AT_ONCE, _("at once, to everybody")), *later]


class SettingsForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False  # checked for every unsafe request in app/web/csrf.py

    mail_after = SelectField(_l("Mail of announcements leaves"), choices=_choices, validate_choice=False)

    def validate_mail_after(self, field: SelectField) -> None:
        if field.data is None or (field.data and field.data not in WAITS):
            raise ValidationError(_("Choose one of these times."))

    @property
    def minutes(self) -> int | None:
        return WAITS.get(self.mail_after.data or AT_ONCE)


def of_school(school: School) -> SettingsForm:
    """A school's form, before anybody has touched it."""
    minutes = school.mail_after_minutes
    return SettingsForm(formdata=None, mail_after=str(minutes) if minutes else AT_ONCE)


def told_apart(form: SettingsForm, school: School) -> SettingsForm:
    """The same with ids of its own: a district's office has a form for each school on one page."""
    field = form.mail_after
    field.id = field.label.field_id = f"mail-after-{school.id}"
    return form
