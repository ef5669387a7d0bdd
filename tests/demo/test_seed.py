"""The demo's people and past: what the product promises of them, asked of the database."""

import json
from collections import Counter
from pathlib import Path
from typing import cast

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.kinds import Category, Role
from app.demo.cast import CHILDREN, PRIYA
from app.identity.models import Account, ContactAddress
from app.identity.passwords import is_right
from app.inbox import emergencies
from app.inbox import queries as inbox
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications import deliver
from app.notifications.fan_outs import waiting
from app.notifications.kinds import Fate, Status
from app.notifications.models import FanOut, Notification, NotificationLog, NotificationRecipient
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference
from app.realtime.models import LiveEvent
from app.roster.models import Grade, Guardianship, Membership, School
from tests.demo.conftest import STUDENTS
from tests.support.pages import Client


def test_there_are_as_many_students_as_were_asked_for(session: Session) -> None:
    roles = Counter(session.scalars(select(Membership.role)))
    assert roles[Role.STUDENT] == STUDENTS
    assert roles[Role.DISTRICT_ADMIN] == 1
    assert roles[Role.ADMIN] >= 2
    assert roles[Role.TEACHER] >= 12


def test_everybody_of_the_cast_can_sign_in_and_nobody_else(session: Session, sign_ins: Path) -> None:
    accounts = json.loads(sign_ins.read_text())
    assert sign_ins.stat().st_mode & 0o777 == 0o600
    assert len(accounts) <= 20
    assert {account["role"] for account in accounts} == set(Role)
    assert all(set(account) == {"email", "password", "name", "role", "school"} for account in accounts)
    hashes = dict(
        session.execute(
            select(Account.sign_in_name, Account.password_hash).where(Account.password_hash.is_not(None))
        ).all()
    )
    assert set(hashes) == {account["email"] for account in accounts}
    assert all(is_right(hashes[account["email"]], account["password"]) for account in accounts)
    assert len({account["password"] for account in accounts}) == len(accounts)


def test_priya_has_a_child_in_each_of_three_grades_and_may_enter(session: Session, sign_ins: Path) -> None:
    grades = session.scalars(
        select(Grade.name)
        .join(Membership, Membership.grade_id == Grade.id)
        .join(Guardianship, Guardianship.student_id == Membership.account_id)
        .join(Account, Account.id == Guardianship.guardian_id)
        .where(Account.sign_in_name == PRIYA)
    ).all()
    assert len(set(grades)) == 3


def test_priya_can_enter_and_finds_something(demo: Flask, sign_ins: Path) -> None:
    priya = next(account for account in json.loads(sign_ins.read_text()) if account["email"] == PRIYA)
    browser = cast(Client, demo.test_client())
    assert browser.post_form("/login", email=PRIYA, password=priya["password"]).status_code == 303
    assert browser.get("/inbox").status_code == 200
    assert browser.page.all_with("data-notification")


def test_a_pupils_name_in_the_accounts_is_the_one_they_were_given(session: Session) -> None:
    named = {child.sign_in_name for child in CHILDREN if child.sign_in_name}
    assert set(session.scalars(select(Account.sign_in_name).where(Account.sign_in_name.in_(named)))) == named


def test_families_are_as_families_are(session: Session) -> None:
    children = Counter(session.scalars(select(Guardianship.guardian_id)))
    schools = session.execute(
        select(Guardianship.guardian_id, func.count(func.distinct(Guardianship.school_id))).group_by(
            Guardianship.guardian_id
        )
    ).all()
    shared = session.scalars(
        select(ContactAddress.address).group_by(ContactAddress.address).having(func.count() > 1)
    ).all()
    parent, teacher = aliased(Membership), aliased(Membership)
    both = session.scalars(
        select(parent.account_id)
        .join(teacher, teacher.account_id == parent.account_id)
        .where(parent.role == Role.PARENT, teacher.role == Role.TEACHER)
    ).all()
    without = session.scalar(
        select(func.count())
        .select_from(Membership)
        .outerjoin(ContactAddress, ContactAddress.account_id == Membership.account_id)
        .where(Membership.role == Role.STUDENT, ContactAddress.id.is_(None))
    )
    assert max(children.values()) >= 3
    assert any(count == 2 for _guardian, count in schools)
    assert shared
    assert both
    assert without
    assert session.scalar(select(func.count()).select_from(Guardianship).where(Guardianship.no_contact))


def test_a_guardian_without_contact_is_told_nothing_about_that_child(session: Session) -> None:
    daniel = session.scalars(select(Account.id).where(Account.sign_in_name == "daniel@example.org")).one()
    named = {child.name for item in inbox.opening(daniel).lines for child in item.children}
    assert named == {"Jack"}


def test_nobody_got_more_than_ten_and_some_have_read(session: Session) -> None:
    copies = Counter(session.scalars(select(NotificationRecipient.recipient_id)))
    rows = session.execute(
        select(NotificationRecipient.created_at, NotificationRecipient.read_at, NotificationRecipient.acknowledged_at)
    ).all()
    assert max(copies.values()) <= 10
    assert any(row.read_at is None for row in rows)
    assert any(row.acknowledged_at for row in rows)
    assert all(row.read_at is None or row.created_at < row.read_at < now() for row in rows)
    assert all(row.acknowledged_at is None or row.acknowledged_at > row.read_at for row in rows)


def test_bar_22_every_channel_adds_up_to_the_recipients(session: Session) -> None:
    recipients = Counter(session.scalars(select(NotificationRecipient.notification_id)))
    logs = select(NotificationLog.notification_id, NotificationLog.channel, func.count())
    counted = session.execute(logs.group_by(NotificationLog.notification_id, NotificationLog.channel)).all()
    assert all(count == recipients[notification_id] for notification_id, _channel, count in counted)
    assert {notification_id for notification_id, _channel, _count in counted} == set(recipients)


def test_the_ledger_agrees_with_the_letters(session: Session) -> None:
    rows = session.execute(
        select(NotificationLog.status, Letter.status, NotificationLog.sent_at, Letter.sent_at).join(
            Letter, Letter.id == NotificationLog.letter_id
        )
    ).all()
    assert rows
    assert len(rows) == session.scalar(select(func.count()).select_from(Letter))
    for fate, letter, told_at, sent_at in rows:
        assert (fate, letter) in {(Fate.SENT, LetterStatus.SENT), (Fate.FAILED, LetterStatus.FAILED)}
        assert told_at == sent_at


def test_some_want_no_mail_of_announcements_and_none_of_them_is_one_who_can_sign_in(session: Session) -> None:
    said = select(Account.password_hash, ChannelPreference.how).join(
        ChannelPreference, ChannelPreference.account_id == Account.id
    )
    found = session.execute(said.where(ChannelPreference.category == Category.ANNOUNCEMENT)).all()
    assert {how for _hash, how in found} == set(How)
    assert {password_hash for password_hash, _how in found} == {None}


def test_the_demo_stands_still(session: Session) -> None:
    fates = set(session.scalars(select(NotificationLog.status)))
    assert fates.isdisjoint({Fate.PENDING, Fate.SENDING})
    assert set(session.scalars(select(Letter.status))) <= {LetterStatus.SENT, LetterStatus.FAILED}
    assert set(session.scalars(select(Notification.status))) == {Status.SENT}
    assert not session.scalar(select(FanOut.notification_id).where(FanOut.finished_at.is_(None)))
    assert not [lane for lane in Lane if session.scalar(waiting(lane, now()))]
    assert not deliver.expire()
    assert session.scalar(select(func.count()).select_from(LiveEvent)) == 0
    everybody = session.scalars(select(Account.id)).all()
    assert not any(emergencies.lasting(account_id) for account_id in everybody[:30])


def test_schools_are_the_two_of_one_district(session: Session) -> None:
    schools = session.execute(select(School.name, School.district_id).order_by(School.name)).all()
    assert [name for name, _district in schools] == ["Hillside Secondary", "Northfield Primary"]
    assert len({district for _name, district in schools}) == 1
