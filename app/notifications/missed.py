"""Telling whoever wrote it that something scheduled did not leave: in their inbox and by mail, by rows that are
committed together with the word "missed", so that they are told even when this process dies right after.
"""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy import insert, select

from app.catalogue.kinds import Category, Priority, Role
from app.extensions import db
from app.kernel.ids import new_id
from app.kernel.jobs import Lane
from app.mailer.post import post
from app.mailer.words import exactly, locale_of
from app.notifications import copies, names, queries, telling
from app.notifications.audience import somebody
from app.notifications.fan_out import PUBLISHED
from app.notifications.kinds import Audience, Due, Group, Scope, Status, Term
from app.notifications.models import FanOut, Notification, NotificationRecipient
from app.notifications.rules import TITLE_LENGTH
from app.notifications.words import missed_body, missed_title
from app.notifications.writing import Writing
from app.preferences.queries import find_reader
from app.realtime.record import record
from app.roster.models import District, School
from app.roster.queries import hats_of
from app.roster.rules import ADMINS

TYPE = "schedule.missed"
MOST_TOLD = 500
THE_OFFICE = Audience((Term(Group.ROLE, role=Role.ADMIN),))


def tell_missed(missed: Notification, why: Due, moment: datetime) -> None:
    """In the open unit of work. Whoever wrote it is told; the office is, when they are not of it any more."""
    missed.data = {**missed.data, "missed": {"why": why.value, "at": moment.isoformat()}}
    scope = queries.scope_of(missed.district_id, missed.school_id, moment)
    notice = _write(missed, why, scope, moment)
    copies.write(Writing(notice, scope, moment, None), MOST_TOLD)
    telling.begin(notice.id, notice.district_id, notice.school_id)
    record(PUBLISHED, notice.id, district_id=notice.district_id, school_id=notice.school_id)
    recipients = select(NotificationRecipient.recipient_id).where(NotificationRecipient.notification_id == notice.id)
    for account_id in db.session.scalars(recipients).all():
        reader = find_reader(account_id)
        if reader and reader.address:
            post(
                address=reader.address,
                purpose=copies.PURPOSE,
                template=copies.PURPOSE,
                district_id=notice.district_id,
                school_id=notice.school_id,
                recipient_id=account_id,
                arguments={"notification_id": str(notice.id)},
                locale=reader.locale,
            )


def _write(missed: Notification, why: Due, scope: Scope, moment: datetime) -> Notification:
    """The notice itself. Its few copies are written here and now, so its fan-out has ended when it begins."""
    where = {"district_id": missed.district_id, "school_id": missed.school_id}
    values = where | {
        "id": new_id(),
        **_said(missed, why),
        "category": Category.SYSTEM,
        "priority": Priority.HIGH,
        "type": TYPE,
        "link": f"/notifications/{missed.id}",
        "status": Status.SENT,
        "audience": names.remembered(_whom(missed, scope), scope),
        "created_at": moment,
        "sent_at": moment,
    }
    db.session.execute(insert(Notification).values(**values))
    db.session.execute(insert(FanOut).values(**_work(values), **where))
    return db.session.get_one(Notification, values["id"])


def _work(values: dict[str, Any]) -> dict[str, Any]:
    moment = values["created_at"]
    return {"notification_id": values["id"], "lane": Lane.BULK, "next_attempt_at": moment, "finished_at": moment}


def _whom(missed: Notification, scope: Scope) -> Audience:
    """Its author while they are of the office and can sign in, else all of the office."""
    hats = hats_of(missed.sender_id) if missed.sender_id else []
    may_look = any(hat.role in ADMINS and hat.school_id in {None, missed.school_id} for hat in hats)
    author = Audience((Term(Group.PERSON, missed.sender_id),))
    return author if may_look and db.session.scalar(somebody(author, scope)) else THE_OFFICE


def _said(missed: Notification, why: Due) -> dict[str, str]:
    """In the language of whoever wrote it; the moment by the clock that they chose it by."""
    reader = find_reader(missed.sender_id) if missed.sender_id else None
    home = db.session.get(School, missed.school_id) or db.session.get_one(District, missed.district_id)
    locale = locale_of((reader and reader.locale) or home.locale)
    planned = exactly(cast(datetime, missed.scheduled_for).astimezone(ZoneInfo(missed.scheduled_zone or "UTC")), locale)
    with force_locale(locale):
        return {"title": missed_title(missed.title)[:TITLE_LENGTH], "body": missed_body(why, planned)}
