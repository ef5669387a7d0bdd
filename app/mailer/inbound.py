"""Reports of mails as they come in by webhooks: taken quickly as rows, and dealt with afterwards in batches."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.ids import new_id
from app.kernel.rows import insert_new
from app.kernel.stopping import is_stopping
from app.kernel.unit_of_work import unit_of_work
from app.mailer import queries
from app.mailer.feedback import BELIEVED_FOR, take_in
from app.mailer.kinds import Report
from app.mailer.models import MailReport, WebhookRequest

log = structlog.get_logger(__name__)

AT_ONCE, ROUNDS = 200, 50
LOOK_AGAIN = timedelta(minutes=1)
GIVE_UP = timedelta(hours=1)
REMEMBERED, SIGNED = timedelta(days=7), timedelta(hours=1)


def accept(digest: str, reports: Iterable[Report]) -> bool:
    """Keep what a signed request tells. False, and nothing is kept, when this very request was taken before.

    A carrier that sends an event again signs it anew: that is no replay, and the event is known by its id.
    """
    moment = now()
    rows = {(report.source, report.event_id): _row(report) for report in reports}
    with unit_of_work() as session:
        taken = insert_new(session, WebhookRequest).values(digest=digest, received_at=moment)
        if session.scalar(taken.returning(WebhookRequest.digest)) is None:
            return False
        if rows:
            session.execute(insert_new(session, MailReport), list(rows.values()))
    return True


def work() -> None:
    """Deal with what came in. Run it on as many clocks as you like: each takes rows of its own."""
    for _round in range(ROUNDS):
        ids = queries.reports_due(AT_ONCE)
        db.session.rollback()
        if not ids or is_stopping():
            break
        try:
            _deal_with(ids)
        except Exception:
            log.exception("reports of mails could not be dealt with together")
            _deal_with_each(ids)
    db.session.remove()


def forget() -> None:
    """Nothing older is told again: carriers give up after a day or three."""
    moment = now()
    with unit_of_work() as session:
        session.execute(delete(MailReport).where(MailReport.received_at < moment - REMEMBERED))
        session.execute(delete(WebhookRequest).where(WebhookRequest.received_at < moment - SIGNED))


def _deal_with(ids: Sequence[UUID]) -> None:
    """In one unit of work. A letter that is not known yet may be: its relay was quicker than its worker."""
    moment = now()
    with unit_of_work() as session:
        taken = select(MailReport).where(MailReport.id.in_(ids), MailReport.done_at.is_(None)).order_by(MailReport.at)
        for row in session.scalars(taken.with_for_update(skip_locked=True)).all():
            if take_in(_report(row)) or moment - row.received_at >= GIVE_UP:
                row.done_at = moment
            else:
                row.due_at = moment + LOOK_AGAIN


def _deal_with_each(ids: Sequence[UUID]) -> None:
    """What cannot be dealt with must not keep the others: it waits, and is given up when the mail is too old."""
    for id_ in ids:
        try:
            _deal_with([id_])
        except Exception:
            log.exception("a report of a mail could not be dealt with", report_id=str(id_))
            with unit_of_work() as session:
                row = session.get_one(MailReport, id_)
                row.due_at = now() + GIVE_UP
                row.done_at = now() if now() - row.received_at > BELIEVED_FOR else None


def _row(report: Report) -> dict[str, object]:
    moment = now()
    # Their clock may be wrong, or the number made up: no mail of ours is older, none is from tomorrow.
    at = report.at if moment - BELIEVED_FOR < report.at < moment else moment
    return {
        "id": new_id(),
        "source": report.source,
        "event_id": report.event_id,
        "fate": report.fate,
        "letter_id": report.letter_id,
        "external_id": report.external_id,
        "address": report.address,
        "text": report.text,
        "is_mailbox_dead": report.is_mailbox_dead,
        "at": at,
        "received_at": moment,
        "due_at": moment,
    }


def _report(row: MailReport) -> Report:
    return Report(
        row.source,
        row.fate,
        row.address,
        row.text,
        row.at,
        row.letter_id,
        row.external_id,
        row.is_mailbox_dead,
        row.event_id,
    )


DUTIES = (Duty("mail_reports", every=5.0, run=work), Duty("mail_reports_forget", every=600.0, run=forget))
