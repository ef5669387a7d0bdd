"""The inbox as values: paging, badge, and what is there at all."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.inbox import emergencies, queries
from app.inbox.kinds import Filter, Show
from app.kernel.clock import now
from app.kernel.paging import from_token
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import NotificationRecipient
from app.roster.models import Guardianship
from tests.inbox.arrivals import copy_of, mark_read
from tests.inbox.conftest import Arrive
from tests.support.cast import Cast


def test_pages_hold_every_item_once_though_new_ones_come_in(session: Session, cast: Cast, arrive: Arrive) -> None:
    moment = now()
    sent = [arrive(f"Number {n}", "priya", created_at=moment - timedelta(minutes=n // 2)) for n in range(7)]
    first = queries.opening(cast.priya.id, size=3)
    arrive("Newest", "priya")
    seen, token = [item.id for item in first.lines], first.next
    while token:
        page = queries.opening(cast.priya.id, Filter(), from_token(token), size=3)
        seen, token = seen + [item.id for item in page.lines], page.next
    assert sorted(seen) == sorted(sent)
    assert len(seen) == len(set(seen))


def test_the_newest_comes_first(session: Session, cast: Cast, arrive: Arrive) -> None:
    older = arrive("Older", "priya", created_at=now() - timedelta(hours=1))
    newer = arrive("Newer", "priya")
    assert [item.id for item in queries.opening(cast.priya.id).lines] == [newer, older]


def test_the_unread_filter_pages_over_unread_items_only(session: Session, cast: Cast, arrive: Arrive) -> None:
    unread = arrive("New", "priya")
    read = arrive("Known", "priya")
    mark_read(cast.priya.id, read)
    assert [item.id for item in queries.opening(cast.priya.id, Filter(Show.UNREAD)).lines] == [unread]


def test_the_badge_counts_what_a_plain_count_gives(session: Session, cast: Cast, arrive: Arrive) -> None:
    read = arrive("Known", "priya")
    for title in ("One", "Two"):
        arrive(title, "priya", "asha")
    mark_read(cast.priya.id, read)
    rows = NotificationRecipient
    plain = select(func.count()).where(rows.recipient_id == cast.priya.id, rows.read_at.is_(None))
    assert queries.unread_count(cast.priya.id) == session.scalar(plain) == 2
    assert queries.unread_counts({cast.priya.id, cast.asha.id, cast.olu.id}) == {cast.priya.id: 2, cast.asha.id: 2}
    assert emergencies.glance(cast.priya.id) == (2, False)


def test_a_withdrawn_copy_goes_unless_it_was_read_and_then_says_that_it_is_over(
    session: Session, cast: Cast, arrive: Arrive
) -> None:
    unread = arrive("Never mind", "priya", "asha", withdrawn_at=now())
    with unit_of_work():
        copy_of(cast.asha.id, unread).read_at = now()
    assert queries.find_item(cast.priya.id, unread) is None
    assert queries.unread_count(cast.priya.id) == 0
    kept = queries.find_item(cast.asha.id, unread)
    assert kept is not None
    assert kept.is_expired


def test_an_erased_notification_is_not_there(session: Session, cast: Cast, arrive: Arrive) -> None:
    gone = arrive("Gone", "priya", erased_at=now())
    assert queries.find_item(cast.priya.id, gone) is None
    assert queries.opening(cast.priya.id).lines == []


def test_siblings_are_named_each_for_the_one_they_belong_to(session: Session, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip", "priya", "asha", about=("mina", "yusuf", "noor"))
    hers, ashas = queries.find_item(cast.priya.id, trip), queries.find_item(cast.asha.id, trip)
    assert hers is not None
    assert ashas is not None
    assert [child.name for child in hers.children] == ["Mina", "Noor", "Yusuf"]
    assert list(ashas.children) == []


def test_a_guardian_who_may_have_no_contact_by_now_is_not_shown_the_child(
    session: Session, cast: Cast, arrive: Arrive
) -> None:
    trip = arrive("Trip", "priya", about=("mina", "yusuf"))
    with unit_of_work() as writing:
        tie = writing.scalars(
            select(Guardianship).where(
                Guardianship.guardian_id == cast.priya.id, Guardianship.student_id == cast.mina.id
            )
        ).one()
        tie.no_contact = True
    item = queries.find_item(cast.priya.id, trip)
    assert item is not None
    assert [child.name for child in item.children] == ["Yusuf"]
