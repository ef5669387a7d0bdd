"""Who gets what, and why not: the rule, and its twin in SQL."""

from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.preferences.kinds import WAITS, WISHES, How, Reason
from app.preferences.models import ChannelPreference
from app.preferences.queries import switched_off, verdict
from app.preferences.rules import decide, may_be_switched_off, obstacles
from tests.support import factories

EVERYTHING = list(product(Category, Channel))
SAID: list[tuple[bool, How] | None] = [None, *product((True, False), How)]


def test_only_mail_of_announcements_and_reminders_in_the_inbox_can_be_switched_off() -> None:
    optional = {(category, channel) for category, channel in EVERYTHING if may_be_switched_off(category, channel)}
    assert optional == {(Category.ANNOUNCEMENT, Channel.EMAIL), (Category.REMINDER, Channel.IN_APP)}


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("category", [Category.EMERGENCY, Category.SYSTEM])
def test_no_wish_stands_in_the_way_of_an_emergency_or_the_system(category: Category, channel: Channel) -> None:
    assert decide(category, channel, set(WISHES.values())) is None


def test_a_wish_weighs_more_than_a_missing_address() -> None:
    about = (Category.ANNOUNCEMENT, Channel.EMAIL)
    assert decide(*about, {Reason.NO_ADDRESS, Reason.SWITCHED_OFF}) is Reason.SWITCHED_OFF
    assert decide(*about, {Reason.NO_ADDRESS, Reason.UNSUBSCRIBED}) is Reason.UNSUBSCRIBED
    assert decide(*about, {Reason.NO_ADDRESS}) is Reason.NO_ADDRESS
    assert decide(*about, ()) is None


def test_every_reason_can_stand_in_somebodys_way_but_those_that_are_found_later_and_those_to_wait() -> None:
    later = {Reason.OVERTAKEN, Reason.READ}
    assert {reason for pair in EVERYTHING for reason in obstacles(*pair)} == set(Reason) - later - WAITS


def test_rule_and_sql_agree_about_everybody(session: Session) -> None:
    """Each way in which people can differ: with and without an address, and all that they can have said."""
    crowd = dict(_crowd())
    for category, channel in EVERYTHING:
        reason, is_off = verdict(Account.id, category, channel), switched_off(Account.id, category, channel)
        rows = session.execute(select(Account.id, reason, is_off)).all()
        assert len(rows) == len(crowd)
        for account_id, code, off in rows:
            facts = {fact for about, fact in crowd[account_id] if about in {None, (category, channel)}}
            decided = decide(category, channel, facts)
            assert code == decided, f"{category} by {channel}, {facts}"
            assert bool(off) == (decided in WISHES.values())


def _crowd() -> Iterator[tuple[UUID, set[tuple[tuple[Category, Channel] | None, Reason]]]]:
    mail, bell = (Category.ANNOUNCEMENT, Channel.EMAIL), (Category.REMINDER, Channel.IN_APP)
    with unit_of_work() as session:
        district = factories.district()
        said_of_bell = [said for said in SAID if not said or said[1] is How.PERSON]
        for n, (of_mail, of_bell, has_address) in enumerate(product(SAID, said_of_bell, (True, False))):
            account = factories.account(district.id, f"Person {n}", f"person.{n}", *["a@b.example"] * has_address)
            facts: set[tuple[tuple[Category, Channel] | None, Reason]] = set()
            for about, said in ((mail, of_mail), (bell, of_bell)):
                if said is None:
                    continue
                is_wanted, how = said
                where = {
                    "account_id": account.id,
                    "district_id": district.id,
                    "category": about[0],
                    "channel": about[1],
                }
                session.add(ChannelPreference(is_wanted=is_wanted, how=how, **where))
                if not is_wanted:
                    facts.add((about, WISHES[how]))
            yield account.id, facts | (set() if has_address else {(None, Reason.NO_ADDRESS)})
