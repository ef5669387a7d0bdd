"""The composer's panel: whom a draft reaches among 50,000 guardians and their children, on PostgreSQL.

Held against a bare count(*) over the same joins, which knows neither roles nor addresses nor wishes nor names, and
against counting one index. Beside it the digest that the page which asks takes along.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median
from typing import Any

import psycopg

from app import create_app
from app.catalogue.kinds import Category
from app.kernel.clock import now
from app.notifications import queries
from app.notifications.kinds import Audience, Term
from app.notifications.moved import roll_of
from app.notifications.preview import preview
from app.settings import Settings
from tests.bench import district
from tests.bench.figures import Figure
from tests.support.migrations import migrate
from tests.support.postgres import APP, OWNER, private_cluster
from tests.support.valkey import Valkey

PEOPLE = 50_000
ROUNDS = 15
GOAL = 200.0
DATABASE = "bench"
JOINED = """
    SELECT count(DISTINCT guardianships.guardian_id) FROM guardianships
    JOIN accounts ON accounts.id = guardianships.guardian_id AND accounts.disabled_at IS NULL
    JOIN memberships ON memberships.account_id = guardianships.guardian_id AND memberships.role = 'parent'
        AND memberships.school_id = guardianships.school_id AND memberships.ended_at IS NULL
    JOIN memberships AS pupil ON pupil.account_id = guardianships.student_id AND pupil.role = 'student'
        AND pupil.school_id = guardianships.school_id AND pupil.ended_at IS NULL
    WHERE guardianships.school_id = %s AND guardianships.ended_at IS NULL AND NOT guardianships.no_contact"""
COUNTED = "SELECT count(*) FROM memberships WHERE school_id = %s AND role = 'parent' AND ended_at IS NULL"


def measure(people: int = PEOPLE, rounds: int = ROUNDS) -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory() as directory,
        private_cluster(durable=True) as cluster,
        closing(Valkey().start()) as valkey,
    ):
        cluster.create(DATABASE)
        settings = Settings.from_env(
            {
                "DATA_DIR": directory,
                "DATABASE_URL": cluster.url(DATABASE, APP),
                "MIGRATION_DATABASE_URL": cluster.url(DATABASE, OWNER),
                "REDIS_URL": valkey.url,
            }
        )
        migrate(settings)
        app = create_app(settings)
        with cluster.connect(DATABASE) as server, app.test_request_context():
            place = district.settle(server, people)
            scope = queries.scope_of(place.district_id, place.school_id, now())
            guardians, everybody = (_audience(text) for text in ("role:parent", f"school:{place.school_id}"))
            counted = preview(guardians, scope, Category.ANNOUNCEMENT)
            assert counted.total == people, counted.total
            took = {
                "preview": _took(lambda: preview(guardians, scope, Category.ANNOUNCEMENT), rounds),
                "preview_everybody": _took(lambda: preview(everybody, scope, Category.EMERGENCY), rounds),
                "preview_join": _took(lambda: _bare(server, JOINED, place), rounds),
                "preview_index": _took(lambda: _bare(server, COUNTED, place), rounds),
                "preview_roll": _took(lambda: str(roll_of(guardians, scope)), rounds),
            }
    yield Figure("preview", took["preview"], "ms", GOAL, f"{people:,} guardians: roles, channels, wishes and names")
    yield Figure("preview_everybody", took["preview_everybody"], "ms", peer="and their children, who have no address")
    yield Figure("preview_join", took["preview_join"], "ms", peer="a bare count over the same joins")
    yield Figure("preview_index", took["preview_index"], "ms", peer="a bare count over one index")
    yield Figure("preview_ratio", took["preview"] / took["preview_join"], "times", peer="the bare count over the joins")
    yield Figure("preview_roll", took["preview_roll"], "ms", peer="the digest of all of them, once for each question")


def _audience(text: str) -> Audience:
    term = Term.parse(text)
    assert term is not None
    return Audience((term,))


def _bare(server: "psycopg.Connection[tuple[Any, ...]]", statement: str, place: district.Place) -> None:
    server.execute(statement, (place.school_id,)).fetchone()


def _took(act: Callable[[], object], rounds: int) -> float:
    """The median of some rounds, in milliseconds; the first one is not counted."""
    act()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)
