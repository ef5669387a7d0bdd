"""For whatever roster and whatever audience: whom the preview counts, the fan-out writes, on each channel."""

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.catalogue.kinds import Category, Channel, Role
from app.extensions import db
from app.identity.kinds import Person
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose, queries
from app.notifications.errors import DraftRefusedError
from app.notifications.kinds import Draft, Fate
from app.notifications.models import NotificationLog, NotificationRecipient
from app.notifications.preview import MISSING, SAID_NO, Preview, preview
from app.notifications.rules import channels_for
from app.roster.kinds import Hat
from tests.notifications.people import draft, fan_out
from tests.notifications.rosters import (
    OF_ALL,
    OF_ONE,
    OF_SOME,
    STANDARD,
    Place,
    Roster,
    groups,
    numbers,
    rosters,
    write,
)

CATEGORIES = (Category.ANNOUNCEMENT, Category.REMINDER, Category.EMERGENCY)
LOGS = {Category.ANNOUNCEMENT: 2, Category.REMINDER: 1, Category.EMERGENCY: 3}


@given(
    roster=rosters,
    terms=st.tuples(st.lists(groups, min_size=1, max_size=4), st.one_of(st.just([]), st.lists(groups, max_size=2))),
    category=st.sampled_from(CATEGORIES),
    goes=numbers,
)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a smaller example is not worth minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_bar_89_whom_the_preview_counts_gets_it_and_nobody_else(
    app: Flask, roster: Roster, terms: tuple[list[Any], list[Any]], category: Category, goes: int
) -> None:
    """The preview, then somebody's account is disabled, then it is sent: each time as a model in plain Python says."""
    include, exclude = terms
    with app.app_context():
        with unit_of_work():
            place = write(roster)
        what = draft(*map(place.text, include), exclude=map(place.text, exclude), category=category)
        counted = seen(place, what)
        assert counts(counted) == expected(roster.reached(include, exclude))

        with unit_of_work() as session:
            session.execute(update(Account).where(Account.id == place.people[goes]).values(disabled_at=now()))
        roster = replace(roster, disabled=roster.disabled | {goes})
        wanted, counted = roster.reached(include, exclude), seen(place, what)
        assert counts(counted) == expected(wanted)
        event("nobody" if not wanted else "somebody")
        if not wanted:
            with pytest.raises(DraftRefusedError), unit_of_work():
                send(place, what)
            return
        with unit_of_work():
            id_ = send(place, what)
        fan_out()
        written = dict(
            db.session.execute(
                select(NotificationRecipient.recipient_id, NotificationRecipient.role).where(
                    NotificationRecipient.notification_id == id_
                )
            ).all()
        )
        assert written == {place.people[number]: role for number, role in wanted.items()}
        assert_the_ledger_is_what_was_counted(id_, place, counted, category)


def test_bar_89_each_term_alone_means_whom_it_says(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            place = write(STANDARD)
        for term in (*OF_ALL, *OF_SOME, *OF_ONE):
            found = counts(seen(place, draft(place.text(term))))
            assert found == expected(STANDARD.reached([term], [])), term


def assert_the_ledger_is_what_was_counted(id_: UUID, place: Place, counted: Preview, category: Category) -> None:
    rows = db.session.scalars(select(NotificationLog).where(NotificationLog.notification_id == id_)).all()
    assert len(rows) == counted.total * LOGS[category]
    assert {row.channel for row in rows} == set(channels_for(category))
    going = Counter(row.channel for row in rows if row.status is not Fate.SUPPRESSED)
    assert {Channel(each.kind): each.count for each in counted.by_channel} == {
        channel: going[channel] for channel in channels_for(category)
    }
    for reasons, named, total in (
        (MISSING, counted.unreachable, counted.unreachable_total),
        (SAID_NO, counted.switched_off, counted.switched_off_total),
    ):
        kept_from = [row.recipient_id for row in rows if row.status is Fate.SUPPRESSED and row.reason in reasons]
        assert sorted(one.name for one in named) == sorted(place.names[who] for who in kept_from)
        assert total == len(kept_from)


def seen(place: Place, what: Draft) -> Preview:
    scope = queries.scope_of(place.district_id, place.school_id, now())
    return preview(what.audience, scope, what.category)


def send(place: Place, what: Draft) -> UUID:
    """By somebody of the office who is in no audience: an admin need not be a member to be passed on as one here."""
    hat = Hat(new_id(), Role.ADMIN, place.district_id, place.school_id, "Northfield Primary", "Europe/London")
    sender = Person(place.people[0], new_id(), place.district_id, "Person 0", None, None, None)
    return compose.publish(what, sender, hat, None)


def counts(counted: Preview) -> tuple[int, dict[str, int]]:
    assert sum(each.count for each in counted.by_role) == counted.total
    return counted.total, {each.kind: each.count for each in counted.by_role}


def expected(wanted: dict[int, Role]) -> tuple[int, dict[str, int]]:
    return len(wanted), dict(Counter(role.value for role in wanted.values()))
