"""A school so large that an announcement to its guardians is work."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from app.kernel.ids import new_id

# Guardian number n and n + 1 share a child; every tenth has a second one. All have an address, and every tenth wants
# no announcement by mail.
STATEMENTS = (
    "INSERT INTO districts (id, name, created_at) VALUES (%(district)s, 'Bench', now())",
    "INSERT INTO schools (id, district_id, name, created_at) VALUES (%(school)s, %(district)s, 'Bench', now())",
    "DROP TABLE IF EXISTS child",
    "CREATE TEMP TABLE guardian AS SELECT n, uuid7() AS id FROM generate_series(0, %(people)s - 1) n",
    "CREATE TEMP TABLE child AS SELECT n, uuid7() AS id FROM generate_series(0, %(people)s / 2) n",
    """INSERT INTO accounts (id, district_id, name, sign_in_name, created_at)
       SELECT id, %(district)s, 'Guardian ' || n, id::text, now() FROM guardian
       UNION ALL SELECT id, %(district)s, 'Child ' || n, id::text, now() FROM child
       UNION ALL SELECT %(admin)s, %(district)s, 'Admin', %(admin)s::text, now()""",
    """INSERT INTO contact_addresses (id, district_id, account_id, kind, address, created_at)
       SELECT uuid7(), %(district)s, id, 'email', 'guardian' || n || '@bench.example', now() FROM guardian""",
    """INSERT INTO memberships (id, district_id, school_id, account_id, role, started_at)
       SELECT uuid7(), %(district)s, %(school)s, id, 'parent', now() FROM guardian
       UNION ALL SELECT uuid7(), %(district)s, %(school)s, id, 'student', now() FROM child""",
    """INSERT INTO guardianships (id, district_id, school_id, guardian_id, student_id, started_at)
       SELECT uuid7(), %(district)s, %(school)s, guardian.id, child.id, now()
       FROM (SELECT id, n / 2 AS child FROM guardian UNION ALL SELECT id, n / 2 + 1 FROM guardian WHERE n %% 10 = 0)
            AS guardian JOIN child ON child.n = guardian.child""",
    """INSERT INTO channel_preferences (account_id, category, channel, district_id, is_wanted, how, changed_at)
       SELECT id, 'announcement', 'email', %(district)s, false, 'person', now() FROM guardian WHERE n %% 10 = 5""",
    "DROP TABLE guardian",
)


@dataclass(frozen=True)
class Place:
    district_id: UUID
    school_id: UUID
    admin_id: UUID
    one_child: UUID


def settle(server: "psycopg.Connection[tuple[Any, ...]]", people: int) -> Place:
    """Write ``people`` guardians and their children; statistics are as in a database that has run for a while."""
    place = Place(new_id(), new_id(), new_id(), new_id())
    named = {"district": place.district_id, "school": place.school_id, "admin": place.admin_id, "people": people}
    for statement in STATEMENTS:
        server.execute(statement, named)
    found = server.execute("SELECT id FROM child LIMIT 1").fetchone()
    server.execute("VACUUM ANALYZE")
    return Place(place.district_id, place.school_id, place.admin_id, found[0] if found else new_id())
