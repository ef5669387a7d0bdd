"""What is told of a mail after it was sent: each order in which news come, who believes them, and what follows."""

from datetime import timedelta
from itertools import permutations, product
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer import feedback, jobs, rules
from app.mailer.kinds import Grounds, LetterStatus, Report, Reported, Source
from app.mailer.models import Letter, Suppression
from tests.mailer.conftest import Post, letter
from tests.support.smtp import Sink

OLU = "Olu@families.example"
FINAL = (LetterStatus.FAILED, LetterStatus.EXPIRED, LetterStatus.BOUNCED)


@pytest.fixture
def sent(postbox: Post, sink: Sink) -> UUID:
    """A letter to Olu that a relay has taken."""
    letter_id = postbox.letter(OLU)
    jobs.drain_mail()
    return letter_id


def tell(letter_id: UUID | None, fate: Reported, address: str = OLU, *, is_mailbox_dead: bool = True) -> bool:
    report = Report(Source.DSN, fate, address, "5.1.1 gone", now(), letter_id, is_mailbox_dead=is_mailbox_dead)
    with unit_of_work():
        return feedback.take_in(report)


def standing() -> list[tuple[str, Grounds]]:
    db.session.rollback()
    return [(row.address, row.grounds) for row in db.session.scalars(select(Suppression)) if row.released_at is None]


@pytest.mark.parametrize(("status", "fate"), list(product(LetterStatus, Reported)))
def test_a_late_event_never_undoes_a_later_state(status: LetterStatus, fate: Reported) -> None:
    after = rules.status_after_report(status, fate)
    if status in FINAL or fate is Reported.DEFERRED:
        assert after is None
    elif fate is Reported.BOUNCED:
        assert after is LetterStatus.BOUNCED
    elif status is LetterStatus.DELIVERED:
        assert after is None
    else:
        assert after is LetterStatus.DELIVERED


@pytest.mark.parametrize("order", list(permutations([Reported.DELIVERED, Reported.BOUNCED, Reported.DEFERRED])))
def test_in_whatever_order_news_come_and_however_often_the_end_is_the_same(
    postbox: Post, sent: UUID, order: tuple[Reported, ...]
) -> None:
    for fate in (*order, *order):
        assert tell(sent, fate)
    assert letter(sent).status is LetterStatus.BOUNCED
    assert letter(sent).error_message == "5.1.1 gone"
    assert standing() == [("olu@families.example", Grounds.BOUNCE)]


def test_bar_112_a_refusal_of_the_mailbox_itself_suppresses_and_any_other_does_not(postbox: Post, sink: Sink) -> None:
    sink.refuse("gone@families.example", "550 5.1.1 no such user here")
    sink.refuse("full@families.example", "552 5.2.2 mailbox full")
    for name in ("gone", "full", "fine"):
        postbox.letter(f"{name}@families.example")
    jobs.drain_mail()
    assert standing() == [("gone@families.example", Grounds.REFUSAL)]


def test_news_about_somebody_else_or_of_an_old_mail_or_of_one_never_tried_count_for_nothing(
    postbox: Post, sent: UUID
) -> None:
    assert tell(sent, Reported.BOUNCED, "priya@families.example")
    untried = postbox.letter(OLU)
    assert tell(untried, Reported.BOUNCED)
    assert not tell(new_id(), Reported.BOUNCED)
    assert not tell(None, Reported.BOUNCED)
    assert (letter(sent).status, letter(untried).status) == (LetterStatus.SENT, LetterStatus.PENDING)
    with unit_of_work() as session:
        session.execute(update(Letter).values(sent_at=now() - timedelta(days=15)))
    assert tell(sent, Reported.COMPLAINED)
    assert letter(sent).status is LetterStatus.SENT
    assert standing() == []


def test_a_mail_that_arrived_while_it_was_thought_to_be_lost_is_not_sent_again(postbox: Post, sink: Sink) -> None:
    sink.drop(1)
    letter_id = postbox.letter(OLU)
    jobs.drain_mail()
    assert letter(letter_id).status is LetterStatus.PENDING
    tell(letter_id, Reported.DELIVERED)
    assert (letter(letter_id).status, letter(letter_id).lease) == (LetterStatus.DELIVERED, None)
    with unit_of_work() as session:
        session.execute(update(Letter).values(next_attempt_at=now()))
    jobs.drain_mail()
    assert len(sink.received) == 1


def test_a_mail_that_came_back_for_another_reason_has_bounced_and_its_address_lives(sent: UUID) -> None:
    tell(sent, Reported.BOUNCED, is_mailbox_dead=False)
    assert letter(sent).status is LetterStatus.BOUNCED
    assert standing() == []


def test_a_mail_is_found_by_the_name_that_the_relay_gave_it(sent: UUID) -> None:
    with unit_of_work() as session:
        session.execute(update(Letter).where(Letter.id == sent).values(external_id="4F1"))
    report = Report(Source.RESEND, Reported.DELIVERED, OLU, "", now(), external_id="4F1")
    with unit_of_work():
        assert feedback.take_in(report)
    assert letter(sent).status is LetterStatus.DELIVERED
