"""What somebody chose, as values."""

from itertools import product

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its stubs

from app.catalogue.kinds import Category, Channel
from app.identity.kinds import Person
from app.identity.rules import without_controls
from app.preferences import zones
from app.preferences.pages import value_of
from app.preferences.rules import may_be_switched_off
from app.preferences.times_form import TimesForm
from app.web.localisation import LANGUAGES

CHOICES = {
    value_of(category, channel): (category, channel)
    for category, channel in product(Category, Channel)
    if may_be_switched_off(category, channel)
}
NAMES = [SelectChoice("", _l("As my browser asks for")), *(SelectChoice(*language) for language in LANGUAGES.items())]


class PreferencesForm(TimesForm):
    """``offered`` are the boxes that stood on the page: one that was not there has not been switched off.

    A field that was not sent at all changes nothing either.
    """

    class Meta:
        csrf = False  # checked for every unsafe request in app/web/csrf.py

    offered = SelectMultipleField(choices=[], validate_choice=False)
    wanted = SelectMultipleField(choices=[], validate_choice=False)
    language = SelectField(_l("Language"), choices=NAMES, validate_choice=False)
    time_zone = StringField(_l("Time zone"), filters=[lambda typed: typed and without_controls(typed)])

    def validate_offered(self, field: SelectMultipleField) -> None:
        if not CHOICES.keys() >= {*(field.data or ()), *(self.wanted.data or ())}:
            raise ValidationError(_("This always comes: it cannot be switched off."))

    def validate_language(self, field: SelectField) -> None:
        if field.data and field.data not in LANGUAGES:
            raise ValidationError(_("Choose one of these languages."))

    def validate_time_zone(self, field: StringField) -> None:
        typed = (field.data or "").strip()
        if typed and zones.find(typed) is None:
            raise ValidationError(_("There is no such time zone. Type a city, such as London, or choose one."))

    @property
    def choices(self) -> dict[tuple[Category, Channel], bool]:
        """What was on the page, and whether it is wanted."""
        return {CHOICES[value]: value in (self.wanted.data or ()) for value in self.offered.data or ()}

    def locale(self, person: Person) -> str | None:
        """None for the one that the browser asks for."""
        return person.locale if self.language.data is None else self.language.data or None

    def zone(self, person: Person) -> str | None:
        """None for that of the school."""
        return person.time_zone if self.time_zone.data is None else zones.find(self.time_zone.data)
