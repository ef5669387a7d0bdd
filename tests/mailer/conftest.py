"""Fixtures: letters to two parents, written by a writer of the test's own, and a way to send and look at them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.kernel.clock import now
from app.kernel.events import Event, Reactions
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer import suppression
from app.mailer.events import LetterClaimed, LetterConcluded
from app.mailer.kinds import Claim, Content
from app.mailer.models import DeliveryAttempt, Letter
from app.mailer.post import post
from tests.support import factories

PURPOSE = "test"

VARIABLES: dict[str, Any] = {
    "school_name": "Northfield Primary",
    "sender_name": "Margaret Flynn",
    "category": "announcement",
    "priority": "normal",
    "is_correction": False,
    "title": "School closes at 13:00 on Friday",
    "body": "Please collect your children from the **main gate** at 13:00.",
    "children": ["Mina", "Yusuf", "Noor"],
    "role": "parent",
    "url": "http://127.0.0.1:8000/inbox/0190a000-0000-7000-8000-000000000000",
    "requires_acknowledgement": False,
    "link": None,
    "expires_at": None,
    "reason_words": "",
    "unsubscribe_url": None,
}


class Post:
    """Writes letters, and remembers what the mailer told the rooms above."""

    def __init__(self, district_id: UUID, school_id: UUID) -> None:
        self.district_id, self.school_id = district_id, school_id
        self.events: list[Event] = []
        self.write: Callable[[Claim], Content | None] = lambda claim: Content(
            "notification", {**VARIABLES, **claim.arguments}, sender_name="Northfield Primary"
        )

    def answer(self, claim: Claim) -> Content | None:
        return self.write(claim)

    def letter(
        self,
        address: str = "priya@families.example",
        lane: Lane = Lane.MAIL,
        expires_at: datetime | None = None,
        locale: str | None = None,
        **variables: Any,
    ) -> UUID:
        with unit_of_work():
            return post(
                address=address,
                purpose=PURPOSE,
                template="notification",
                district_id=self.district_id,
                school_id=self.school_id,
                arguments=variables,
                lane=lane,
                locale=locale,
                expires_at=expires_at,
            )

    @property
    def concluded(self) -> list[LetterConcluded]:
        return [event for event in self.events if isinstance(event, LetterConcluded)]


@pytest.fixture
def postbox(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with unit_of_work():
        district = factories.district()
        school = factories.school(district)
        box = Post(district.id, school.id)
    # The rooms above have ledgers of their own, which know nothing of these letters.
    told: dict[type[Event], Any] = {
        LetterClaimed: [box.events.append],
        LetterConcluded: [suppression.letter_concluded, box.events.append],
    }
    monkeypatch.setitem(app.extensions, "belfry.reactions", Reactions(within=told, after={}))
    monkeypatch.setitem(app.extensions, "belfry.letter_writers", {PURPOSE: box.answer})
    yield box
    db.session.remove()


def letter(letter_id: UUID) -> Letter:
    """The letter as it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(Letter, letter_id, populate_existing=True)


def attempts(letter_id: UUID) -> list[DeliveryAttempt]:
    """Its tries, first to last, as they stand in the database now."""
    db.session.rollback()
    wanted = select(DeliveryAttempt).where(DeliveryAttempt.letter_id == letter_id).order_by(DeliveryAttempt.number)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def make_due(letter_id: UUID) -> None:
    """As if its waiting were over."""
    with unit_of_work() as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(next_attempt_at=now()))
