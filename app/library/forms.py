"""What somebody typed becomes the words of a ready text, or problems at the fields."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its stubs
from wtforms.validators import DataRequired, Length

from app.catalogue.kinds import Category
from app.catalogue.words import CATEGORIES
from app.library.kinds import Words
from app.library.models import MessageTemplate
from app.library.rules import BODY_LENGTH, NAME_LENGTH, TITLE_LENGTH, normal_name
from app.web.texts import clean, one_line

CHOICES = [
    SelectChoice(category.value, CATEGORIES[category])
    for category in (Category.ANNOUNCEMENT, Category.REMINDER, Category.EMERGENCY)
]


class TemplateForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False  # checked for every unsafe request in app/web/csrf.py

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give it a name, by which you find it again.")), Length(max=NAME_LENGTH)],
        filters=[lambda text: normal_name(one_line(text))],
    )
    category = RadioField(_l("What kind is it?"), choices=CHOICES, default=Category.ANNOUNCEMENT.value)
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Give it a title: it is what people see first.")), Length(max=TITLE_LENGTH)],
        filters=[one_line],
    )
    body = TextAreaField(_l("Text"), [Length(max=BODY_LENGTH)], filters=[lambda text: clean(text).strip()])
    draft = HiddenField()

    @property
    def words(self) -> Words:
        """What was typed; only of a form that holds."""
        return Words(self.name.data or "", Category(self.category.data), self.title.data or "", self.body.data or "")

    @classmethod
    def of(cls, text: MessageTemplate) -> "TemplateForm":
        return cls(formdata=None, name=text.name, category=text.category.value, title=text.title, body=text.body)
