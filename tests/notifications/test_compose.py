"""Publishing: once for each key, only with what the form has, and nothing half-way."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Priority, Role
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane, bells
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose
from app.notifications.errors import DraftRefusedError, IdempotencyConflictError, NotAllowedError
from app.notifications.kinds import Status
from app.notifications.models import FanOut, Notification, NotificationRecipient
from tests.notifications.people import at_work, audience, draft, fan_out, office_of, publish
from tests.support.cast import Cast


def count(session: Session, rows: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def rung(lane: Lane) -> int:
    return bells().queue(lane).count


def test_what_is_published_is_on_its_way(session: Session, cast: Cast) -> None:
    sent = publish(cast, draft("role:parent", title="Snow", link="/inbox"), "k1")
    row, work = session.get_one(Notification, sent), session.get_one(FanOut, sent)

    assert (row.title, row.status, row.type, row.link) == ("Snow", Status.SENDING, "announcement", "/inbox")
    assert (row.school_id, row.sender_id) == (cast.northfield.id, cast.margaret.id)
    assert row.audience["include"] == ["role:parent"]
    assert (work.lane, work.finished_at, rung(Lane.BULK), rung(Lane.ALERTS)) == (Lane.BULK, None, 1, 0)
    line = session.scalars(select(AuditLine).where(AuditLine.subject_id == sent)).one()
    assert (line.action, line.actor_id) == ("notification.published", cast.margaret.id)


def test_an_emergency_is_loud_and_over_at_some_time(session: Session, cast: Cast) -> None:
    what = replace(draft("role:parent", category=Category.EMERGENCY), priority=Priority.NORMAL)
    row = session.get_one(Notification, publish(cast, what))

    assert (row.priority, row.requires_acknowledgement) == (Priority.EMERGENCY, True)
    assert row.expires_at is not None
    assert timedelta(hours=23) < row.expires_at - now() <= timedelta(hours=24)
    assert (session.get_one(FanOut, row.id).lane, rung(Lane.ALERTS)) == (Lane.ALERTS, 1)


def test_the_row_remembers_what_groups_were_called_but_no_person(session: Session, cast: Cast) -> None:
    class_4b, year_2 = f"class:{cast.northfield.classes['4B']}", f"grade:{cast.northfield.grades['Year 2']}"
    sent = publish(cast, draft(f"guardians-of:{class_4b}", year_2, f"person:{cast.tom.id}"))
    assert session.get_one(Notification, sent).audience["names"] == {class_4b: "4B", year_2: "Year 2"}


def test_bar_13_the_same_key_is_the_same_notification(session: Session, cast: Cast) -> None:
    first, again = publish(cast, draft("role:parent"), "k1"), publish(cast, draft("role:parent"), "k1")
    assert first == again
    assert (count(session, Notification), count(session, FanOut), rung(Lane.BULK)) == (1, 1, 1)


def test_bar_13_the_same_key_for_something_else_is_refused(session: Session, cast: Cast) -> None:
    publish(cast, draft("role:parent"), "k1")
    for other in (draft("role:teacher"), draft("role:parent", title="Another"), draft("role:parent", body="")):
        with pytest.raises(IdempotencyConflictError):
            publish(cast, other, "k1")
    assert count(session, Notification) == 1


def test_bar_13_the_key_of_somebody_else_is_no_conflict(session: Session, cast: Cast) -> None:
    first = publish(cast, draft("role:parent"), "k1")
    with unit_of_work():
        second = compose.publish(draft("role:teacher"), at_work(cast, cast.dana), office_of(cast), "k1")
    assert first != second


def test_bar_13_the_same_key_under_the_hat_of_another_school_is_no_repetition(session: Session, cast: Cast) -> None:
    publish(cast, draft("role:parent"), "k1")
    hillside = replace(office_of(cast), school_id=cast.hillside.id, school_name=cast.hillside.name)
    district = replace(office_of(cast), role=Role.DISTRICT_ADMIN, school_id=None)
    for hat in (hillside, district):
        with pytest.raises(IdempotencyConflictError), unit_of_work():
            compose.publish(draft("role:parent"), at_work(cast, cast.margaret), hat, "k1")
    assert count(session, Notification) == 1


def test_bar_13_without_a_key_each_is_its_own(session: Session, cast: Cast) -> None:
    assert publish(cast, draft("role:parent")) != publish(cast, draft("role:parent"))


def test_bar_13_twenty_at_once_are_one(app: Flask, session: Session, cast: Cast) -> None:
    def once(_: int) -> Any:
        with app.app_context():
            return publish(cast, draft("role:parent"), "k1")

    with ThreadPoolExecutor(20) as threads:
        ids = set(threads.map(once, range(20)))
    fan_out()
    assert len(ids) == 1
    assert (count(session, Notification), count(session, FanOut), count(session, NotificationRecipient)) == (1, 1, 4)


def test_bar_07_an_exception_before_the_commit_leaves_nothing_and_rings_nothing(session: Session, cast: Cast) -> None:
    with suppress(ZeroDivisionError), unit_of_work():
        compose.publish(draft("role:parent"), at_work(cast, cast.margaret), office_of(cast), "k1")
        session.flush()
        assert session.scalar(select(func.count()).select_from(Notification)) == 1
        raise ZeroDivisionError
    fan_out()

    assert [count(session, rows) for rows in (Notification, FanOut, NotificationRecipient, AuditLine)] == [0, 0, 0, 0]
    assert [rung(lane) for lane in Lane] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": "x" * 20_001}, "body"),
        ({"priority": Priority.EMERGENCY}, "priority"),
        ({"expires_at": now() - timedelta(seconds=1)}, "expires_at"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "//evil.example"}, "link"),
        ({"link": "ftp://files.example/a"}, "link"),
        ({"link": "/\\evil.example"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "/a\nb"}, "link"),
        ({"audience": audience(f"person:{new_id()}" for _ in range(501))}, "include"),
    ],
)
def test_what_cannot_leave_is_refused_with_its_field(session: Session, cast: Cast, changes: Any, field: str) -> None:
    with pytest.raises(DraftRefusedError) as refused:
        publish(cast, replace(draft("role:parent"), **changes))
    assert [problem.field for problem in refused.value.problems] == [field]
    assert count(session, Notification) == 0


def test_groups_of_another_school_and_of_nobody_are_refused_alike(session: Session, cast: Cast) -> None:
    strange = [
        f"class:{cast.hillside.classes['8C']}",
        f"grade:{new_id()}",
        f"person:{cast.olu.id}",
        f"school:{cast.hillside.id}",
    ]
    with pytest.raises(DraftRefusedError) as refused:
        publish(cast, draft("role:parent", *strange, exclude=[f"guardians-of:person:{cast.tayo.id}"]))
    assert {(problem.field, problem.reason) for problem in refused.value.problems} == {
        ("include", "not_in_school"), ("exclude", "not_in_school")
    }  # fmt: skip
    assert len(refused.value.problems) == 5


def test_nobody_but_an_admin_composes(session: Session, cast: Cast) -> None:
    for role in (Role.TEACHER, Role.PARENT, Role.STUDENT):
        with pytest.raises(NotAllowedError), unit_of_work():
            compose.publish(draft("role:parent"), at_work(cast, cast.tom), replace(office_of(cast), role=role), None)
