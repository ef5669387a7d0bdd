"""What the mail of a notification says, and when it says nothing any more."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer.errors import UnwantedError
from app.mailer.kinds import Claim, Content
from app.mailer.models import Letter
from app.notifications import letters
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.roster.models import Guardianship, Membership
from tests.notifications.people import draft, in_an_hour, ring
from tests.support.cast import Cast, Someone


def letter_to(session: Session, notification_id: UUID, who: Someone) -> Content | None:
    letter = session.scalars(select(Letter).where(Letter.recipient_id == who.id)).one()
    claim = Claim(
        letter_id=letter.id,
        lease=new_id(),
        attempt_id=new_id(),
        attempt=1,
        lease_until=now(),
        address=letter.address,
        recipient_id=letter.recipient_id,
        district_id=letter.district_id,
        school_id=letter.school_id,
        purpose=letter.purpose,
        template=letter.template,
        locale=letter.locale,
        is_urgent=False,
        arguments=letter.arguments,
        expires_at=letter.expires_at,
    )
    with force_locale("en"):
        return letters.write(claim)


def variables(session: Session, notification_id: UUID, who: Someone) -> dict[str, Any]:
    content = letter_to(session, notification_id, who)
    assert content is not None
    return content.variables


def test_it_says_who_says_what_to_whom_for_whom_and_why(session: Session, cast: Cast) -> None:
    what = draft(
        f"guardians-of:class:{cast.northfield.classes['4B']}",
        category=Category.EMERGENCY,
        link="https://school.example/",
    )
    sent = ring(cast, what)
    content = letter_to(session, sent, cast.priya)
    assert content is not None
    assert (content.template, content.sender_name) == ("notification", "Northfield Primary")
    assert content.variables.pop("expires_at") > now()
    assert content.variables == {
        "school_name": "Northfield Primary",
        "sender_name": cast.margaret.name,
        "category": "emergency",
        "priority": "emergency",
        "is_correction": False,
        "title": "The hall is closed",
        "body": "Please use the **side** entrance.",
        "children": [cast.yusuf.name],
        "role": "parent",
        "url": f"http://127.0.0.1:8000/inbox/{sent}",
        "requires_acknowledgement": True,
        "link": "https://school.example/",
        "reason_words": f"to guardians of class 4B; you get it for {cast.yusuf.name}",
        "unsubscribe_url": None,
    }


def test_moments_are_in_the_readers_zone(session: Session, cast: Cast) -> None:
    until = in_an_hour()
    with unit_of_work():
        session.execute(update(Account).where(Account.id == cast.tom.id).values(time_zone="Asia/Tokyo"))
    sent = ring(cast, draft("role:teacher", expires_at=until))
    tokyo, london = (variables(session, sent, who)["expires_at"] for who in (cast.tom, cast.asha))
    assert tokyo == london == until
    assert (str(tokyo.tzinfo), str(london.tzinfo)) == ("Asia/Tokyo", "Europe/London")


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.CANCELLED},
        {"erased_at": now()},
        {"expires_at": now() - timedelta(seconds=1)},
    ],
)
def test_what_is_over_is_not_sent_any_more(session: Session, cast: Cast, change: dict[str, Any]) -> None:
    sent = ring(cast, draft("role:teacher"))
    assert letter_to(session, sent, cast.tom) is not None
    with unit_of_work():
        session.execute(update(Notification).where(Notification.id == sent).values(**change))
    assert letter_to(session, sent, cast.tom) is None


def test_what_was_taken_back_is_not_sent_and_says_why(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:teacher"))
    with unit_of_work():
        session.execute(update(Notification).where(Notification.id == sent).values(status=Status.WITHDRAWN))
    with pytest.raises(UnwantedError, match="withdrawn"):
        letter_to(session, sent, cast.tom)


def forbid(session: Session, guardian: Someone, child: Someone) -> None:
    """As the office does when a court has spoken."""
    tie = (Guardianship.guardian_id == guardian.id, Guardianship.student_id == child.id)
    with unit_of_work():
        session.execute(update(Guardianship).where(*tie).values(no_contact=True))


def test_a_guardian_who_may_have_no_contact_by_now_is_not_told_of_the_child(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent"))
    forbid(session, cast.priya, cast.mina)
    said = variables(session, sent, cast.priya)
    assert said["children"] == sorted([cast.yusuf.name, cast.noor.name])
    assert "Mina" not in said["reason_words"]


def test_whoever_may_be_told_of_none_of_the_children_gets_no_mail(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft(f"guardians-of:class:{cast.northfield.classes['4B']}"))
    forbid(session, cast.priya, cast.yusuf)
    assert letter_to(session, sent, cast.priya) is None


def test_a_teacher_gets_the_mail_also_when_it_was_for_a_child_too(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent", "role:teacher"))
    forbid(session, cast.asha, cast.ravi)
    assert variables(session, sent, cast.asha)["children"] == []


def test_a_mail_to_guardians_by_name_needs_no_child(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft(f"person:{cast.priya.id}"))
    assert variables(session, sent, cast.priya)["children"] == []


@pytest.mark.parametrize(
    ("row", "owner", "change"),
    [(Account, Account.id, {"disabled_at": now()}), (Membership, Membership.account_id, {"ended_at": now()})],
)
def test_whoever_has_left_gets_no_mail(
    session: Session, cast: Cast, row: Any, owner: Any, change: dict[str, Any]
) -> None:
    sent = ring(cast, draft("role:teacher"))
    with unit_of_work():
        session.execute(update(row).where(owner == cast.tom.id).values(**change))
    assert letter_to(session, sent, cast.tom) is None
    assert letter_to(session, sent, cast.asha) is not None
