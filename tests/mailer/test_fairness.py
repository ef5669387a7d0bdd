"""Nobody's mail waits behind somebody else's, however much that is."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app.extensions import db
from app.kernel import turns
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer import queries
from app.mailer.claim import claim_next
from app.mailer.deliver import deliver_next
from app.mailer.line import Line
from app.mailer.models import Letter
from tests.mailer.conftest import PURPOSE, Post
from tests.support.smtp import Sink

NOISY, QUIET = 2_000, 50


def wait(box: Post, flow: UUID, count: int, lane: Lane = Lane.MAIL, later: timedelta = timedelta()) -> None:
    """Letters of a flow, all written at once as a fan-out does."""
    here = {"district_id": box.district_id, "school_id": box.school_id, "created_at": now()}
    said = {"purpose": PURPOSE, "template": "notification", "arguments": {}}
    common = {**here, **said, "lane": lane, "flow": flow, "next_attempt_at": now() + later}
    rows = [{**common, "id": new_id(), "address": f"{flow.hex}.{number}@families.example"} for number in range(count)]
    with unit_of_work() as session:
        session.execute(insert(Letter), rows)


def claimed(count: int, lane: Lane = Lane.MAIL) -> list[UUID]:
    """Of which flows the letters are that are claimed next."""
    ids = [claim.letter_id for _ in range(count) if (claim := claim_next(lane))]
    flows = dict(db.session.execute(select(Letter.id, Letter.flow).where(Letter.id.in_(ids))).all())
    return [flows[id_] for id_ in ids]


def test_schools_are_served_in_turn_until_each_has_no_more(postbox: Post) -> None:
    many, few, some = new_id(), new_id(), new_id()
    wait(postbox, many, 20)
    wait(postbox, few, 2)
    wait(postbox, some, 3)
    served = claimed(25)
    assert Counter(served) == {many: 20, few: 2, some: 3}
    assert set(served[:3]) == set(served[3:6]) == {many, few, some}
    assert claim_next(Lane.MAIL) is None


def test_bar_119_an_announcement_of_one_school_does_not_wait_behind_thousands_of_another(
    postbox: Post, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LOOK_EVERY", 0.0)
    noisy, quiet = new_id(), new_id()
    wait(postbox, noisy, NOISY)
    claimed(3)
    wait(postbox, quiet, QUIET)
    with Line.from_settings() as line:
        for _ in range(2 * QUIET):
            assert deliver_next(Lane.MAIL, line)
    sent = Counter(mail.recipients[0].split(".")[0] for mail in sink.received)
    assert sent == {noisy.hex: QUIET, quiet.hex: QUIET}


def test_the_mail_of_the_newest_emergency_goes_first_and_then_by_turns(postbox: Post) -> None:
    alarm, another, all_clear = (new_id() for _ in range(3))
    for flow in (alarm, another, all_clear):
        wait(postbox, flow, 10, Lane.URGENT_MAIL)
    assert claimed(6, Lane.URGENT_MAIL) == [all_clear, another, alarm, all_clear, another, alarm]


def test_what_is_put_off_is_not_waiting(postbox: Post) -> None:
    put_off, due = new_id(), new_id()
    wait(postbox, put_off, 5, later=timedelta(minutes=5))
    wait(postbox, due, 1)
    assert db.session.scalars(queries.waiting(Lane.MAIL, now())).all() == [due]
    assert queries.is_due(Lane.MAIL)
    assert claimed(2) == [due]
    assert not queries.is_due(Lane.MAIL)
    assert db.session.scalar(select(queries.oldest_due(Lane.MAIL, now()))) is None
    later = now() + timedelta(minutes=6)
    assert db.session.scalars(queries.waiting(Lane.MAIL, later)).all() == [put_off]
    oldest = db.session.scalar(select(queries.oldest_due(Lane.MAIL, later)))
    assert oldest == db.session.scalar(select(Letter.next_attempt_at).where(Letter.flow == put_off).limit(1))


def test_bar_15_no_worker_goes_away_while_there_is_a_letter_that_nobody_takes(app: Flask, postbox: Post) -> None:
    for _ in range(12):
        wait(postbox, new_id(), 2)

    def take_all(_worker: int) -> int:
        with app.app_context():
            return sum(1 for _ in iter(lambda: claim_next(Lane.MAIL), None))

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(take_all, range(4))) == 24
