"""What people type to sign in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.identity.rules import without_controls
from app.web.rendering import local_path

HOME = "/inbox"


def _visible(text: str | None) -> str | None:
    return text and without_controls(text)


class SignInForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False  # checked for every unsafe request in app/web/csrf.py

    email = StringField(
        _l("Email or user name"),
        [InputRequired(_l("Type your email or user name.")), Length(max=254)],
        filters=[_visible],
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password.")), Length(max=1024)])
    kept = HiddenField()
    next = HiddenField(filters=[lambda target: local_path(target, HOME)])
