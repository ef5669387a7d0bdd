"""Addresses become filters, and what somebody typed becomes values.

What is none of ours in an address is left out: one that was kept must still lead somewhere.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from app.catalogue.kinds import Category, Channel, Role
from app.notifications.rules import WITHDRAWAL_LENGTH
from app.reports.kinds import Filter, SentFilter, Show
from app.web.texts import clean

LONGEST_NAME = 100
Word = TypeVar("Word", bound=StrEnum)


class WithdrawalForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False  # checked for every unsafe request in app/web/csrf.py

    reason = TextAreaField(
        _l("Why? (if you want to say so)"),
        [Length(max=WITHDRAWAL_LENGTH, message=_l("The reason is too long: at most %(max)d letters."))],
        filters=[lambda text: clean(text).strip()],
    )


def people_filter(arguments: Mapping[str, str]) -> Filter:
    return Filter(
        _word(Show, arguments.get("show")) or Show.ALL,
        _word(Channel, arguments.get("channel")),
        _word(Role, arguments.get("role")),
        arguments.get("name", "").replace("\0", "").strip()[:LONGEST_NAME],
    )


def sent_filter(arguments: Mapping[str, str]) -> SentFilter:
    return SentFilter(_word(Category, arguments.get("category")), arguments.get("mine") == "1")


def _word(words: type[Word], text: str | None) -> Word | None:
    return words(text) if text in set(words) else None
