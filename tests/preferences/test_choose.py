"""Saying what one wants: kept once, told to the audit log, and never what may not be."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.preferences.choose import choose
from app.preferences.errors import NotOptionalError
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference
from tests.support.cast import Cast, Someone

MAIL, BELL = (Category.ANNOUNCEMENT, Channel.EMAIL), (Category.REMINDER, Channel.IN_APP)


def say(who: Someone, about: tuple[Category, Channel], is_wanted: bool, how: How = How.PERSON) -> None:
    with unit_of_work():
        choose(who.id, {about: is_wanted}, how)


def kept(session: Session, who: Someone) -> dict[tuple[Category, Channel], tuple[bool, How]]:
    session.rollback()
    rows = session.scalars(select(ChannelPreference).where(ChannelPreference.account_id == who.id))
    return {(row.category, row.channel): (row.is_wanted, row.how) for row in rows}


def told(session: Session) -> list[dict[str, Any]]:
    session.rollback()
    lines = select(AuditLine).where(AuditLine.action == "preference.changed").order_by(AuditLine.id)
    return [line.details for line in session.scalars(lines)]


def test_nothing_is_kept_of_whoever_said_nothing_new(session: Session, cast: Cast) -> None:
    say(cast.olu, MAIL, True)
    assert kept(session, cast.olu) == {}
    assert told(session) == []


def test_what_was_said_is_kept_once_and_told_once_for_each_change(session: Session, cast: Cast) -> None:
    for is_wanted in (False, False, True, True, False):
        say(cast.olu, MAIL, is_wanted)
    assert kept(session, cast.olu) == {MAIL: (False, How.PERSON)}
    assert [line["is_wanted"] for line in told(session)] == [False, True, False]
    assert told(session)[0] == {"category": "announcement", "channel": "email", "is_wanted": False, "how": "person"}


def test_an_unsubscription_leaves_what_the_person_had_switched_off_as_it_is(session: Session, cast: Cast) -> None:
    say(cast.olu, MAIL, False)
    say(cast.olu, MAIL, False, How.UNSUBSCRIBE)
    assert kept(session, cast.olu) == {MAIL: (False, How.PERSON)}


def test_one_person_says_it_for_nobody_else(session: Session, cast: Cast) -> None:
    say(cast.grace, MAIL, False)
    assert kept(session, cast.peter) == {}


@pytest.mark.parametrize("category", [Category.EMERGENCY, Category.SYSTEM])
def test_what_always_comes_cannot_be_switched_off(session: Session, cast: Cast, category: Category) -> None:
    for channel in Channel:
        with pytest.raises(NotOptionalError):
            say(cast.olu, (category, channel), False)
    with pytest.raises(NotOptionalError), unit_of_work():
        choose(cast.olu.id, {MAIL: False, (category, Channel.EMAIL): False}, How.PERSON)
    assert kept(session, cast.olu) == {}


@pytest.mark.parametrize(
    ("about", "how"),
    [
        ((Category.EMERGENCY, Channel.EMAIL), How.PERSON),
        ((Category.SYSTEM, Channel.IN_APP), How.PERSON),
        ((Category.ANNOUNCEMENT, Channel.IN_APP), How.PERSON),
        ((Category.ANNOUNCEMENT, Channel.WEBSOCKET), How.PERSON),
        (BELL, How.UNSUBSCRIBE),
    ],
)
def test_the_database_itself_refuses_what_nobody_can_have_said(
    session: Session, cast: Cast, about: tuple[Category, Channel], how: How
) -> None:
    values = {"account_id": cast.olu.id, "district_id": cast.district_id, "is_wanted": False, "how": how}
    with pytest.raises(IntegrityError), unit_of_work():
        session.execute(insert(ChannelPreference).values(category=about[0], channel=about[1], **values))


def test_a_row_cannot_speak_for_somebody_of_another_district(session: Session, cast: Cast) -> None:
    values = {"account_id": cast.olu.id, "district_id": new_id(), "is_wanted": False, "how": How.PERSON}
    with pytest.raises(IntegrityError), unit_of_work():
        session.execute(insert(ChannelPreference).values(category=MAIL[0], channel=MAIL[1], **values))


def test_many_who_say_it_together_say_it_once(app: Flask, session: Session, cast: Cast) -> None:
    def press(_number: int) -> None:
        with app.app_context():
            say(cast.olu, MAIL, False, How.UNSUBSCRIBE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))
    assert kept(session, cast.olu) == {MAIL: (False, How.UNSUBSCRIBE)}
    assert len(told(session)) == 1
