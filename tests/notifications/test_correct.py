"""Saying it again, and right: to whoever has the first and whoever should, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel, Priority, Role
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer.jobs import drain_mail, drain_urgent_mail
from app.notifications import compose, withdrawing
from app.notifications.audience import somebody
from app.notifications.errors import DraftRefusedError
from app.notifications.kinds import Audience, Draft, Fate, Status
from app.notifications.models import Notification
from app.notifications.names import recalled, remembered
from app.notifications.withdraw import withdraw
from app.roster.kinds import Hat
from app.roster.models import Guardianship, Membership
from tests.notifications.people import (
    at_work,
    audience,
    children_of,
    draft,
    fan_out,
    fates,
    ledger,
    northfield,
    office_of,
    publish,
    recipients,
    ring,
)
from tests.support.cast import Cast
from tests.support.smtp import Sink


def correction(original: UUID, *include: str, **more: Any) -> Draft:
    """Of ``original``, to these and to whoever has that."""
    said = draft(*include, **{"title": "Sports day is on Monday", **more})
    return replace(said, audience=replace(said.audience, at_least=original))


def correct(cast: Cast, original: UUID, *include: str, **more: Any) -> UUID:
    """Margaret sends the correction, and the workers have fanned it out."""
    return ring(cast, correction(original, *include, **more))


def row(notification_id: UUID) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, notification_id, populate_existing=True)


def test_whoever_has_the_first_gets_the_correction_and_so_does_whoever_is_in_its_audience(
    session: Session, cast: Cast
) -> None:
    first = ring(cast, draft(f"guardians-of:class:{cast.northfield.classes['4B']}"))
    second = correct(cast, first, f"person:{cast.tom.id}")
    assert set(recipients(second)) == set(recipients(first)) | {"tom"}
    assert children_of(second, cast.priya) == children_of(first, cast.priya) == {"yusuf"}
    assert (row(first).status, row(first).title) == (Status.WITHDRAWN, "The hall is closed")
    assert row(second).corrects_id == first


def test_whoever_is_left_out_now_but_has_the_first_gets_it_all_the_same(session: Session, cast: Cast) -> None:
    first = ring(cast, draft("role:parent"))
    second = correct(cast, first, "role:teacher", exclude=["role:parent"])
    assert {"priya", "asha", "grace", "peter"} <= set(recipients(second))


def test_whoever_left_or_may_not_be_told_of_the_child_by_now_does_not(session: Session, cast: Cast) -> None:
    first = ring(cast, draft(f"guardians-of:class:{cast.northfield.classes['4B']}", "role:teacher"))
    tie = (Guardianship.guardian_id == cast.priya.id, Guardianship.student_id == cast.yusuf.id)
    with unit_of_work():
        session.execute(update(Guardianship).where(*tie).values(no_contact=True))
        session.execute(update(Membership).where(Membership.account_id == cast.tom.id).values(ended_at=now()))
    reached = recipients(correct(cast, first, f"person:{cast.asha.id}"))
    assert "priya" not in reached, "she has other children at the school, but it was not about them"
    assert "tom" not in reached


def test_what_of_the_first_has_not_left_stays_and_nobody_is_told_twice(
    session: Session, cast: Cast, sink: Sink
) -> None:
    first = ring(cast, draft("role:parent", title="Sports day is on Friday"))
    correct(cast, first, "role:parent")
    withdrawing.work()
    drain_mail()
    assert {mail.subject for mail in sink.received} == {"Correction: Sports day is on Monday"}
    assert len(sink.received) == len(recipients(first)) == 4
    assert ledger(first, cast.priya)[Channel.EMAIL].reason == "withdrawn"


def test_bar_27_the_mail_of_a_correction_belongs_to_those_that_it_corrects(
    session: Session, cast: Cast, sink: Sink
) -> None:
    first = ring(cast, draft(f"person:{cast.priya.id}"))
    drain_mail()
    second = correct(cast, first, f"person:{cast.asha.id}")
    withdrawing.work()
    drain_mail()
    correct(cast, second, f"person:{cast.asha.id}", title="Once more")
    withdrawing.work()
    drain_mail()
    one, two, three = (mail.message for mail in sink.to("priya@belfry.example"))
    assert two["In-Reply-To"] == two["References"] == one["Message-ID"]
    assert three["In-Reply-To"] == two["Message-ID"]
    assert three["References"].split() == [one["Message-ID"], two["Message-ID"]]
    hers = sink.to("asha@belfry.example")
    assert hers[0].message["In-Reply-To"] is None, "she did not have the first"
    assert hers[1].message["In-Reply-To"] == hers[0].message_id
    assert "This corrects an earlier message." in hers[1].text()


def test_an_emergency_stays_one_and_the_alert_of_the_first_goes(session: Session, cast: Cast, sink: Sink) -> None:
    first = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    with pytest.raises(DraftRefusedError, match="category: stays"):
        publish(cast, correction(first, "role:parent"))
    second = correct(cast, first, "role:parent", category=Category.EMERGENCY)
    withdrawing.work()
    drain_urgent_mail()
    assert row(second).priority is Priority.EMERGENCY
    assert fates(first, cast.priya)[Channel.WEBSOCKET] is Fate.SUPPRESSED
    assert {mail.subject for mail in sink.received} == {"EMERGENCY: Correction: Sports day is on Monday"}


def test_the_same_again_is_the_same_correction_and_another_one_is_refused(session: Session, cast: Cast) -> None:
    first, key = ring(cast, draft("role:parent")), str(new_id())
    what = correction(first, "role:parent")
    second = publish(cast, what, key)
    assert publish(cast, what, key) == second
    with pytest.raises(DraftRefusedError, match="corrects: already"):
        publish(cast, replace(what, title="Another"), str(new_id()))
    fan_out()
    third = correct(cast, second, "role:parent", title="Once more")
    assert row(second).status is Status.WITHDRAWN
    assert row(third).corrects_id == second
    acts = session.scalars(select(AuditLine.action).where(AuditLine.action == "notification.corrected")).all()
    assert len(acts) == 2


def test_of_many_who_correct_it_at_once_one_does(app: Flask, cast: Cast) -> None:
    with app.app_context():
        first = ring(cast, draft("role:parent"))

    def attempt(number: int) -> str:
        with app.app_context():
            try:
                publish(cast, correction(first, "role:parent", title=f"Version {number}"), str(new_id()))
            except DraftRefusedError as refusal:
                return str(refusal)
            return "sent"

    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(attempt, range(6)))
    assert sorted(said) == ["corrects: already"] * 5 + ["sent"]


def test_what_is_not_theirs_is_not_corrected_and_tells_nothing_about_its_readers(session: Session, cast: Cast) -> None:
    school = cast.hillside
    hat = Hat(new_id(), Role.ADMIN, cast.district_id, school.id, school.name, "Europe/London")
    with unit_of_work():
        strange = compose.publish(draft(f"school:{school.id}"), at_work(cast, cast.hugo), hat, None)
    fan_out()
    for id_ in (strange, new_id()):
        with pytest.raises(DraftRefusedError, match="corrects: gone"):
            publish(cast, correction(id_, "role:parent"))
        assert session.scalar(somebody(Audience((), (), id_), northfield(cast))) is None


def test_what_was_withdrawn_first_can_be_put_right_afterwards(session: Session, cast: Cast) -> None:
    first = ring(cast, draft("role:parent"))
    with unit_of_work() as unit:
        withdraw(unit.get_one(Notification, first), at_work(cast, cast.margaret), "Wrong day")
    second = correct(cast, first, f"person:{cast.tom.id}")
    assert set(recipients(second)) == {"priya", "asha", "grace", "peter", "tom"}


def test_a_test_of_a_correction_takes_the_place_of_nothing(session: Session, cast: Cast) -> None:
    first = ring(cast, draft("role:parent"))
    with unit_of_work():
        tried = compose.test(correction(first, "role:parent"), at_work(cast, cast.margaret), office_of(cast))
    fan_out()
    assert row(tried).corrects_id is None
    assert row(first).status is not Status.WITHDRAWN
    assert set(recipients(tried)) == {"margaret"}


def test_an_audience_remembers_whom_it_is_for_at_least(session: Session, cast: Cast) -> None:
    first = new_id()
    wanted = replace(audience(["role:parent"]), at_least=first)
    assert recalled(remembered(wanted, northfield(cast))) == wanted
