"""A database with enough rows in it that a query without an index would be slow, and its planner knows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, NullPool, Uuid, bindparam, create_engine, event, insert, make_url, text

from app.catalogue.kinds import Category, Priority
from app.kernel import sqlite
from app.kernel.columns import UTCDateTime
from app.kernel.ids import new_id
from app.kernel.tokens import digest
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.roster.models import District, School

TOKEN = "the token of somebody in the crowd"
PEOPLE, NOTIFICATIONS, APART = 6_000, 8_000, 1_200
BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
EVERY_ROW = 1_000
"""PostgreSQL samples 300 times this many rows: all there are, so that no plan hangs on which ones it happened upon."""

ACCOUNTS = f"""
    INSERT INTO accounts (id, district_id, name, sign_in_name, created_at)
    WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {PEOPLE})
    SELECT uuid7(), :district, 'Person ' || n, 'person.' || n, :began FROM series
"""
SESSIONS = """
    INSERT INTO user_sessions (id, district_id, user_id, token_hash, previous_token_hash, rotated_at, is_active,
        last_active, idle_seconds, device_type, device_id, user_agent, created_at, expires_at, terminated_at,
        termination_reason)
    SELECT uuid7(), district_id, id, CAST(uuid7() AS varchar(64)), CAST(uuid7() AS varchar(64)), :began, kind.active,
        :began, 3600, 'web', 'device', 'Firefox', :began, :until, kind.ended, kind.reason
    FROM accounts CROSS JOIN (
        SELECT true AS active, CAST(NULL AS timestamp) AS ended, CAST(NULL AS varchar) AS reason
        UNION ALL SELECT false, :began, 'new_login'
    ) kind
"""
ONE_TOKEN = """
    UPDATE user_sessions SET token_hash = :token
    WHERE id = (SELECT id FROM user_sessions WHERE is_active ORDER BY id LIMIT 1)
"""
MEMBERSHIPS = """
    INSERT INTO memberships (id, district_id, school_id, account_id, role, started_at)
    SELECT uuid7(), :district, CASE WHEN n % 300 = 0 THEN :school ELSE :other END, id, 'parent', :began
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts) person
"""
ADDRESSES = """
    INSERT INTO contact_addresses (id, district_id, account_id, kind, address, position, created_at)
    SELECT uuid7(), :district, accounts.id, 'email', kind.place || '@families.example', 0, :began
    FROM accounts CROSS JOIN (SELECT 'home' AS place UNION ALL SELECT 'work') kind
"""
GUARDIANSHIPS = """
    INSERT INTO guardianships (id, district_id, school_id, guardian_id, student_id, started_at)
    WITH person AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts)
    SELECT uuid7(), :district, :school, guardian.id, student.id, :began
    FROM person guardian JOIN person student ON student.n = guardian.n + 1
"""
COPIES = f"""
    INSERT INTO notification_recipients
        (id, district_id, school_id, notification_id, recipient_id, role, created_at, read_at, alert_until)
    WITH person AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts),
         told AS (SELECT id, created_at, row_number() OVER (ORDER BY id) AS n FROM notifications)
    SELECT uuid7(), :district, :school, told.id, person.id, 'parent', told.created_at,
        CASE WHEN told.n % 7 = 0 THEN NULL ELSE told.created_at END,
        CASE WHEN told.n % 1000 = 1 THEN told.created_at END
    FROM person JOIN told ON person.n % {APART} = told.n % {APART}
"""
LETTERS = """
    INSERT INTO letters (id, district_id, school_id, recipient_id, address, lane, flow, purpose, template, arguments,
        status, attempts, next_attempt_at, lease, lease_until, created_at)
    WITH copy AS (SELECT c.*, row_number() OVER (ORDER BY id) AS n FROM notification_recipients c)
    SELECT id, district_id, school_id, recipient_id, 'somebody@families.example', 'mail', school_id,
        'notification', 'none', '{}',
        CASE WHEN n % 2000 = 0 THEN 'pending' WHEN n % 2000 = 1 THEN 'sending' ELSE 'sent' END, 1, created_at,
        CASE WHEN n % 2000 = 1 THEN id END, CASE WHEN n % 2000 = 1 THEN created_at END, created_at
    FROM copy
"""
ATTEMPTS = """
    INSERT INTO delivery_attempts (id, district_id, school_id, letter_id, number, started_at)
    SELECT uuid7(), district_id, school_id, id, 1, created_at FROM letters
"""
LEDGER = """
    INSERT INTO notification_logs
        (id, district_id, school_id, notification_id, recipient_id, channel, status, letter_id, created_at)
    SELECT uuid7(), c.district_id, c.school_id, notification_id, c.recipient_id, 'email', letters.status, c.id,
        c.created_at
    FROM notification_recipients c JOIN letters ON letters.id = c.id
    UNION ALL
    SELECT uuid7(), district_id, school_id, notification_id, recipient_id, 'websocket',
        CASE WHEN alert_until IS NULL THEN 'delivered' ELSE 'pending' END, NULL, created_at
    FROM notification_recipients
"""
SUBJECTS = """
    INSERT INTO notification_subjects (id, district_id, school_id, notification_id, recipient_id, child_id)
    SELECT uuid7(), district_id, school_id, notification_id, recipient_id, recipient_id FROM notification_recipients
"""
FAN_OUTS = """
    INSERT INTO fan_outs (notification_id, district_id, school_id, lane, next_attempt_at, finished_at)
    SELECT id, district_id, school_id, 'bulk', created_at, CASE WHEN status = 'sending' THEN NULL ELSE created_at END
    FROM notifications
"""
EVENTS = """
    INSERT INTO live_events (position, kind, subject_id, district_id, school_id, created_at)
    SELECT row_number() OVER (ORDER BY id), 'notification.published', notification_id, district_id, school_id,
        created_at
    FROM notification_recipients
"""
DRAFTS = """
    INSERT INTO saved_drafts (id, district_id, school_id, account_id, place, fields, page, step, created_at, saved_at,
        removed_at)
    WITH person AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts)
    SELECT uuid7(), :district, :school, id, 'notification', '{}', id, 1, :began, :began,
        CASE WHEN n % 500 = 0 THEN :began END
    FROM person
"""
TEMPLATES = """
    INSERT INTO message_templates (id, district_id, school_id, name, category, title, body, written_by_id, created_at,
        changed_at)
    WITH person AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts)
    SELECT uuid7(), :district, CASE WHEN n % 500 = 0 THEN NULL ELSE id END, 'Text ' || n, 'announcement', 'x', 'x', id,
        :began, :began
    FROM person
"""
PREFERENCES = """
    INSERT INTO channel_preferences (account_id, category, channel, district_id, is_wanted, how, changed_at)
    SELECT id, 'announcement', 'email', district_id, false, 'person', :began FROM accounts
"""
SUPPRESSIONS = """
    INSERT INTO suppressions (id, district_id, address, grounds, source, text, created_at, released_at)
    WITH person AS (SELECT id, district_id, row_number() OVER (ORDER BY id) AS n FROM accounts)
    SELECT uuid7(), district_id, 'person.' || n || '@families.example', 'bounce', 'dsn', '5.1.1', :began,
        CASE WHEN n % 50 = 0 THEN NULL ELSE :began END
    FROM person
"""
MAIL_REPORTS = """
    INSERT INTO mail_reports (id, source, event_id, fate, letter_id, address, text, is_mailbox_dead, at, received_at,
        due_at, done_at)
    WITH person AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts)
    SELECT uuid7(), 'sendgrid', 'event.' || n, 'delivered', id, 'person@families.example', '', false, :began, :began,
        :began, CASE WHEN n % 50 = 0 THEN NULL ELSE :began END
    FROM person
"""
COUNTER = "UPDATE live_counter SET position = (SELECT max(position) FROM live_events)"
TELLINGS = """
    INSERT INTO tellings (notification_id, district_id, school_id, due)
    SELECT id, district_id, school_id, CASE WHEN status = 'sending' THEN 2 ELSE 0 END FROM notifications
"""
RECURRENCES = """
    INSERT INTO recurrences (id, district_id, school_id, sender_id, title, body, category, priority, audience,
        requires_acknowledgement, rule, time_zone, minute, starts_on, skipped, next_at, ended_at, created_at)
    WITH person AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts)
    SELECT uuid7(), :district, CASE WHEN n % 2 = 0 THEN :school ELSE :other END, id, 'x', 'x', 'reminder', 'normal',
        '{}', false, 'FREQ=WEEKLY;BYDAY=MO', 'Europe/London', 450, '2026-01-05', '{}',
        CASE WHEN n % 50 = 0 THEN :began END, CASE WHEN n % 50 <> 0 THEN :began END, :began
    FROM person
"""
WITHDRAWALS = """
    INSERT INTO withdrawals (notification_id, district_id, school_id, withdrawn_by_id, tells_readers, created_at,
        finished_at)
    SELECT id, district_id, school_id, sender_id, true, created_at, CASE WHEN status = 'sent' THEN created_at END
    FROM notifications
"""
TIMES = """
    INSERT INTO mail_times (account_id, district_id, time_zone, quiet_from, quiet_until, digest_at, changed_at)
    SELECT id, district_id, 'Europe/London', 1320, 420, 1080, :began FROM accounts
"""
DIGESTS = """
    INSERT INTO digests (letter_id, district_id, account_id, made_at)
    SELECT id, district_id, recipient_id, created_at FROM letters
"""
LINES = """
    INSERT INTO digest_lines (log_id, letter_id)
    SELECT id, letter_id FROM notification_logs WHERE letter_id IS NOT NULL
"""
RESENDINGS = """
    INSERT INTO resendings (notification_id, number, district_id, school_id, resent_by_id, people, created_at)
    SELECT id, 1, district_id, school_id, sender_id, 1, created_at FROM notifications
"""
AFTER_NOTIFICATIONS = (
    MEMBERSHIPS,
    ADDRESSES,
    GUARDIANSHIPS,
    COPIES,
    LETTERS,
    ATTEMPTS,
    LEDGER,
    SUBJECTS,
    FAN_OUTS,
    EVENTS,
    COUNTER,
    TELLINGS,
    WITHDRAWALS,
    RECURRENCES,
    RESENDINGS,
    DIGESTS,
    LINES,
)


def fill(url: str) -> None:
    """Enter 40,000 copies with all that belongs to them, and gather statistics.

    References are not checked meanwhile (on PostgreSQL that takes its superuser): it is a quarter of a million rows.
    """
    engine = _unchecked(url)
    with engine.begin() as connection:
        _crowd(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET default_statistics_target = {EVERY_ROW}")
            connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("ANALYZE")


def _unchecked(url: str) -> Engine:
    if url.startswith("postgresql"):
        options = {"options": "-c session_replication_role=replica"}
        return create_engine(
            make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args=options
        )
    engine = create_engine(url, poolclass=NullPool)
    sqlite.prepare(engine)
    event.listen(engine, "connect", lambda dbapi, _record: dbapi.execute("PRAGMA foreign_keys=OFF"))
    return engine


def _crowd(connection: Connection) -> None:
    district, school, other = new_id(), new_id(), new_id()
    connection.execute(insert(District).values(id=district, name="Aire Valley", created_at=BEGAN))
    connection.execute(insert(School).values(id=school, district_id=district, name="Northfield", created_at=BEGAN))
    connection.execute(insert(School).values(id=other, district_id=district, name="Hillside", created_at=BEGAN))
    values = {"other": other, "district": district, "school": school, "began": BEGAN, "token": digest(TOKEN)}
    values["until"] = BEGAN + timedelta(days=1)
    persons = (ACCOUNTS, SESSIONS, ONE_TOKEN, DRAFTS, TEMPLATES, PREFERENCES, TIMES, SUPPRESSIONS, MAIL_REPORTS)
    for statement in persons:
        _write(connection, statement, values)
    some = text("SELECT id FROM accounts WHERE sign_in_name LIKE '%00'").columns(id=Uuid())
    senders = connection.execute(some).scalars().all()
    rows = [_notification(district, school, senders[n % len(senders)], n) for n in range(NOTIFICATIONS)]
    connection.execute(insert(Notification), rows)
    for statement in AFTER_NOTIFICATIONS:
        _write(connection, statement, values)
    assert connection.execute(text("SELECT position FROM live_counter")).scalar_one() == 40_000


def _write(connection: Connection, statement: str, values: dict[str, Any]) -> None:
    kinds: dict[type, Any] = {UUID: Uuid(), datetime: UTCDateTime()}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    typed = [bindparam(name, type_=kinds.get(type(value))) for name, value in used.items()]
    connection.execute(text(statement).bindparams(*typed), used)


def _notification(district: UUID, school: UUID, sender: UUID, n: int) -> dict[str, object]:
    created_at = BEGAN + timedelta(hours=n)
    return {
        "id": new_id(),
        "district_id": district,
        "school_id": school,
        "sender_id": sender,
        "title": f"Notice {n}",
        "body": "Please read on.",
        "category": Category.ANNOUNCEMENT,
        "priority": Priority.NORMAL,
        "type": "announcement",
        "data": {},
        "audience": {},
        "requires_acknowledgement": False,
        "status": Status.SENDING if n % 500 == 0 else Status.SENT,
        "expires_at": created_at + timedelta(days=1) if n % 2 else None,
        "created_at": created_at,
    }
