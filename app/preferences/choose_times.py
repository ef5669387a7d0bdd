"""Saying when one wants mail that can wait."""

from dataclasses import asdict

from sqlalchemy import select

from app.audit.record import record
from app.extensions import db
from app.identity.kinds import Person
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import emit
from app.preferences.events import TimesChosen
from app.preferences.kinds import Times
from app.preferences.models import MailTimes


def choose_times(person: Person, wanted: Times) -> None:
    """Keep when somebody wants their mail, in the open unit of work; saying it again changes nothing."""
    # Their two pages take turns, and so does the clock that makes their digest: see notifications/digests.py.
    db.session.execute(select(Account.id).where(Account.id == person.account_id).with_for_update(key_share=True))
    kept = db.session.get(MailTimes, person.account_id)
    said = Times(kept.time_zone, kept.quiet_from, kept.quiet_until, kept.digest_at) if kept else None
    if wanted == said or (said is None and wanted.is_nothing):
        return
    if kept is None:
        kept = MailTimes(account_id=person.account_id, district_id=person.district_id)
    if wanted.is_nothing:
        db.session.delete(kept)
    else:
        db.session.add(kept)
        kept.time_zone, kept.digest_at = wanted.time_zone, wanted.digest_at
        kept.quiet_from, kept.quiet_until, kept.changed_at = wanted.quiet_from, wanted.quiet_until, now()
    db.session.flush()
    record(
        "preference.times_changed",
        subject_id=person.account_id,
        district_id=person.district_id,
        actor_id=person.account_id,
        session_id=person.session_id,
        **asdict(wanted),
    )
    emit(TimesChosen(person.account_id, wanted))
