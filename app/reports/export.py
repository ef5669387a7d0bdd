"""A report as CSV: every delivery a line, some people at a time, so that neither memory nor a connection is held."""

import csv
import re
import unicodedata
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from app.audit.record import record as note
from app.extensions import db
from app.identity.kinds import Person
from app.notifications.models import Notification
from app.reports import recipients
from app.reports.kinds import Filter
from app.reports.kinds import Person as Recipient
from app.reports.people import persons
from app.reports.rules import cell
from app.reports.words import why

AT_ONCE = 500
BOM = "\ufeff"  # without it Excel takes the file for one in the code page of its machine
# Fixed, and in no language: other programs read them.
COLUMNS = (
    "name",
    "role",
    "channel",
    "status",
    "reason",
    "attempts",
    "sent_at",
    "delivered_at",
    "failed_at",
    "read_at",
    "acknowledged_at",
    "time_zone",
)
LONGEST_TITLE = 60


def pieces(notification: Notification, zone: str) -> Generator[str]:
    """The file. Moments are in ``zone``, a name such as Europe/London, in the form that spreadsheets know."""
    yield BOM + _written([COLUMNS])
    token: str | None = None
    while True:
        page = recipients.page(notification, Filter(), token, AT_ONCE)
        found = persons(notification, page.items, Filter())
        db.session.remove()  # over a phone's line it may take minutes until the next piece is wanted
        yield _written(row for person in found for row in _rows(person, notification, zone))
        if (token := page.next) is None:
            return


def note_taking(notification: Notification, person: Person) -> None:
    """That somebody takes it away, in the open unit of work: what a school discloses has to be on record."""
    note(
        "report.exported",
        subject_id=notification.id,
        district_id=notification.district_id,
        school_id=notification.school_id,
        actor_id=person.account_id,
        session_id=person.session_id,
    )


def file_name(notification: Notification, zone: str) -> str:
    """Letters of the title that no header and no file system minds, and the day it was in ``zone``."""
    plain = unicodedata.normalize("NFKD", notification.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_TITLE].strip("-") or "report"
    return f"{words}-{notification.created_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}.csv"


def _rows(person: Recipient, notification: Notification, zone: str) -> Iterator[list[str]]:
    for delivery in person.deliveries:
        moments = (
            delivery.sent_at,
            delivery.delivered_at,
            delivery.failed_at,
            person.read_at,
            person.acknowledged_at,
        )
        yield [
            cell(person.name),
            person.role.value,
            delivery.channel.value,
            delivery.fate.value,
            cell(why(delivery.reason, notification.category, delivery.channel)),
            str(len(delivery.attempts)),
            *(_moment(moment, ZoneInfo(zone)) for moment in moments),
            zone,
        ]


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else ""


def _written(rows: Iterable[Iterable[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
