"""Inboxes of all sizes, in a table of 200,000 notifications: the newest of each person are the same."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, text

from app.kernel.columns import UTCDateTime
from app.kernel.ids import new_id

SIZES = {"small": 50, "middle": 10_000, "large": 50_000}
NOTIFICATIONS = 200_000
NOW = datetime.now(UTC)
SERIES = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {most})"
MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', :now, '-' || (n * 31) || ' minutes') || '000'",
    "postgresql": "CAST(:now AS timestamptz) - n * interval '31 minutes'",
}
STATEMENTS = (
    "INSERT INTO districts (id, name, locale, time_zone, created_at) VALUES (:district, 'Bench', 'en', 'UTC', :now)",
    """INSERT INTO schools (id, district_id, name, locale, time_zone, created_at)
    VALUES (:school, :district, 'Northfield Primary', 'en', 'UTC', :now)""",
    """INSERT INTO accounts (id, district_id, name, sign_in_name, created_at)
    VALUES (:sender, :district, 'Margaret Flynn', 'margaret', :now), (:mina, :district, 'Mina Rahman', 'mina', :now),
    (:noor, :district, 'Noor Rahman', 'noor', :now)""",
    SERIES.format(most=NOTIFICATIONS)
    + """
    INSERT INTO notifications (id, district_id, school_id, sender_id, title, body, category, priority, type, data,
        status, audience, requires_acknowledgement, created_at)
    SELECT uuid7(), :district, :school, :sender, 'Notice ' || n || CASE n % 3 WHEN 0 THEN ' about the bus'
        WHEN 1 THEN ' about swimming' ELSE ' about lunch' END,
        'Please read this to the end: it was written for number' || n || ' of all, and the office is open until four.',
        'announcement', 'normal', 'announcement', '{{}}', 'sent', '{{}}', false, {moment} FROM series""",
)
READER = (
    """INSERT INTO accounts (id, district_id, name, sign_in_name, password_hash, created_at)
    VALUES (:reader, :district, 'Priya Rahman', :name, :password, :now)""",
    """INSERT INTO memberships (id, district_id, school_id, account_id, role, started_at)
    VALUES (uuid7(), :district, :school, :reader, 'parent', :now)""",
    """INSERT INTO guardianships (id, district_id, school_id, guardian_id, student_id, started_at)
    SELECT uuid7(), :district, :school, :reader, id, :now FROM accounts WHERE id IN (:mina, :noor)""",
    """INSERT INTO notification_recipients
        (id, district_id, school_id, notification_id, recipient_id, role, read_at, created_at)
    SELECT uuid7(), :district, :school, id, :reader, 'parent', CASE WHEN n % 3 = 0 THEN NULL ELSE created_at END,
        created_at
    FROM (SELECT id, created_at, row_number() OVER (ORDER BY created_at DESC) AS n FROM notifications) AS told
    WHERE n <= :size""",
    """INSERT INTO notification_subjects (id, district_id, school_id, notification_id, recipient_id, child_id)
    SELECT uuid7(), :district, :school, notification_id, :reader, child.id
    FROM notification_recipients JOIN accounts child ON child.id IN (:mina, :noor) WHERE recipient_id = :reader""",
)
NAMES = ("district", "school", "sender", "mina", "noor")


@dataclass(frozen=True)
class Readers:
    """The people by the size of their inboxes, and the district they are in."""

    ids: dict[str, UUID]
    district_id: UUID


def fill(connection: Connection, password_hash: str) -> Readers:
    """Everything, in the open transaction."""
    moment = MOMENT[connection.dialect.name]
    ids = {name: new_id() for name in NAMES}
    shared: dict[str, object] = {**ids, "now": NOW, "password": password_hash}
    for statement in STATEMENTS:
        _run(connection, statement.replace("{{}}", "{}").replace("{moment}", moment), shared)
    readers = {}
    for name, size in SIZES.items():
        readers[name] = new_id()
        for statement in READER:
            _run(
                connection, statement, shared | {"reader": readers[name], "name": f"{name}@bench.example", "size": size}
            )
    return Readers(readers, ids["district"])


def _run(connection: Connection, statement: str, values: dict[str, object]) -> None:
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    kinds: dict[type, Any] = {UUID: Uuid(), datetime: UTCDateTime()}
    typed = [bindparam(name, type_=kinds.get(type(value))) for name, value in used.items()]
    connection.execute(text(statement).bindparams(*typed), used)
