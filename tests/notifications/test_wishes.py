"""What people switched off is not sent, is written down with the reason, and is known before it leaves."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.inbox import queries as inbox
from app.inbox.rules import rings
from app.kernel.unit_of_work import unit_of_work
from app.mailer.models import Letter
from app.notifications import copies
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, NotificationLog, NotificationRecipient
from app.notifications.preview import preview
from app.preferences.choose import choose
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference
from app.reports.reconcile import unreconciled
from tests.notifications.people import draft, fates, ledger, northfield, ring
from tests.support.cast import Cast, Someone

MAIL, BELL = (Category.ANNOUNCEMENT, Channel.EMAIL), (Category.REMINDER, Channel.IN_APP)


def switch_off(who: Someone, about: tuple[Category, Channel], how: How = How.PERSON) -> None:
    with unit_of_work():
        choose(who.id, {about: False}, how)


@pytest.mark.parametrize(("how", "reason"), [(How.PERSON, "switched_off"), (How.UNSUBSCRIBE, "unsubscribed")])
def test_whoever_wants_no_mail_of_announcements_gets_none_and_the_ledger_says_why(
    session: Session, cast: Cast, how: How, reason: str
) -> None:
    switch_off(cast.priya, MAIL, how)
    rows = ledger(ring(cast, draft("role:parent")), cast.priya)
    email = rows[Channel.EMAIL]
    assert (email.status, email.reason, email.letter_id) == (Fate.SUPPRESSED, reason, None)
    assert email.next_attempt_at is None
    assert rows[Channel.IN_APP].status is Fate.DELIVERED
    written_to = set(session.scalars(select(Letter.recipient_id)))
    assert written_to == {cast.asha.id, cast.grace.id, cast.peter.id}
    assert inbox.unread_count(cast.priya.id) == 1


def test_of_two_at_one_address_only_who_wants_mail_gets_it(session: Session, cast: Cast) -> None:
    switch_off(cast.grace, MAIL)
    ring(cast, draft(f"guardians-of:person:{cast.lily.id}"))
    assert session.scalars(select(Letter.recipient_id)).all() == [cast.peter.id]


def test_an_emergency_asks_nobody_what_they_want(session: Session, cast: Cast) -> None:
    for about in (MAIL, BELL):
        switch_off(cast.priya, about)
    sent = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    assert fates(sent, cast.priya) == {
        Channel.IN_APP: Fate.DELIVERED,
        Channel.WEBSOCKET: Fate.PENDING,
        Channel.EMAIL: Fate.PENDING,
    }


def test_a_reminder_that_somebody_does_not_want_rings_nowhere_and_can_still_be_found(
    session: Session, cast: Cast
) -> None:
    switch_off(cast.priya, BELL)
    sent = ring(cast, draft("role:parent", category=Category.REMINDER))
    bell = ledger(sent, cast.priya)[Channel.IN_APP]
    assert (bell.status, bell.reason) == (Fate.SUPPRESSED, "switched_off")
    assert (bell.sent_at, bell.delivered_at) == (None, None)
    assert session.get_one(Notification, sent).status is Status.SENT

    assert inbox.opening(cast.priya.id).lines == []
    assert inbox.unread_count(cast.priya.id) == 0
    assert inbox.find_item(cast.priya.id, sent) is not None
    assert inbox.unread_count(cast.asha.id) == 1
    found = inbox.items_of([cast.asha.id, cast.priya.id], [sent])
    assert {owner for owner, item in found.items() if rings(item)} == {(cast.asha.id, sent)}

    loud = ring(cast, draft("role:parent"))
    assert (inbox.unread_count(cast.priya.id), len(inbox.opening(cast.priya.id).lines)) == (1, 1)
    archived = select(NotificationRecipient.archived_at).where(NotificationRecipient.notification_id == loud)
    assert set(session.scalars(archived)) == {None}


@pytest.mark.parametrize("category", Category)
def test_the_preview_counts_what_the_fan_out_writes(session: Session, cast: Cast, category: Category) -> None:
    switch_off(cast.priya, MAIL)
    switch_off(cast.grace, MAIL, How.UNSUBSCRIBE)
    switch_off(cast.lily, MAIL)  # who has no address either
    for who in (cast.asha, cast.lily):
        switch_off(who, BELL)
    what = draft(f"school:{cast.northfield.id}", category=category)
    seen = preview(what.audience, northfield(cast), category)
    sent = ring(cast, what)

    rows = session.execute(
        select(NotificationLog.channel, NotificationLog.status, NotificationLog.reason, func.count())
        .where(NotificationLog.notification_id == sent)
        .group_by(NotificationLog.channel, NotificationLog.status, NotificationLog.reason)
    ).all()
    leaving = Counter[str]()
    kept = Counter[str]()
    for channel, status, reason, count in rows:
        if status is Fate.SUPPRESSED:
            kept[reason or ""] += count
        else:
            leaving[channel] += count
    names = {"Inbox": Channel.IN_APP, "Alert on open pages": Channel.WEBSOCKET, "Email": Channel.EMAIL}
    assert {names[row.words]: row.count for row in seen.by_channel} == leaving
    assert seen.unreachable_total == len(seen.unreachable) == kept["no_address"]
    assert seen.switched_off_total == len(seen.switched_off) == kept["switched_off"] + kept["unsubscribed"]
    assert sum(kept.values()) == {Category.EMERGENCY: 5, Category.ANNOUNCEMENT: 7, Category.REMINDER: 2}.get(
        category, 0
    )
    assert session.execute(unreconciled()).all() == []


@pytest.mark.parametrize("fate", [(Fate.PENDING, "digest"), (Fate.SUPPRESSED, "overtaken")])
def test_who_changes_their_mind_while_it_is_written_gets_it_later_or_has_a_reason(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, fate: tuple[Fate, str]
) -> None:
    """The letters were written for others by then; the next statement sees the new wish."""
    is_mail = fate[0] is Fate.PENDING
    switch_off(cast.priya, MAIL if is_mail else BELL)
    whole = copies._write_fates

    def writing(*args: Any) -> None:
        db.session.execute(update(ChannelPreference).values(is_wanted=True))
        whole(*args)

    monkeypatch.setattr(copies, "_write_fates", writing)
    sent = ring(cast, draft("role:parent", category=Category.ANNOUNCEMENT if is_mail else Category.REMINDER))
    row = ledger(sent, cast.priya)[Channel.EMAIL if is_mail else Channel.IN_APP]
    assert (row.status, row.reason) == fate


def test_the_preview_names_who_switched_it_off_and_how(session: Session, cast: Cast) -> None:
    switch_off(cast.priya, MAIL)
    switch_off(cast.grace, MAIL, How.UNSUBSCRIBE)
    switch_off(cast.asha, BELL)
    what = draft("role:parent")
    by_mail = preview(what.audience, northfield(cast), Category.ANNOUNCEMENT)
    assert [(one.name, one.reason_words) for one in by_mail.switched_off] == [
        (cast.grace.name, "unsubscribed from announcements"),
        (cast.priya.name, "switched email off for announcements"),
    ]
    in_inbox = preview(what.audience, northfield(cast), Category.REMINDER)
    assert [(one.name, one.reason_words) for one in in_inbox.switched_off] == [
        (cast.asha.name, "switched reminders off")
    ]
    assert preview(what.audience, northfield(cast), Category.EMERGENCY).switched_off == []
