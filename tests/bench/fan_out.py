"""Fan-out: an announcement to 100,000 people, from publishing it to its last row visible, on PostgreSQL.

Held against one bare INSERT ... SELECT of the very same rows into the same tables, with the same indexes and
constraints, in one transaction: what the database needs if nobody asks who is meant.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from statistics import median
from uuid import UUID

import psycopg
from flask import Flask

from app import create_app
from app.catalogue.kinds import Category, Priority, Role
from app.identity.kinds import Person
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose, jobs
from app.notifications.kinds import Audience, Draft, Term
from app.roster.kinds import Hat
from app.settings import Settings
from tests.bench import district
from tests.bench.figures import Figure
from tests.support.migrations import migrate
from tests.support.postgres import APP, OWNER, private_cluster
from tests.support.valkey import Valkey

PEOPLE = 100_000
ROUNDS = 3
TABLES = ("notification_recipients", "notification_subjects", "letters", "notification_logs")
DATABASE = "bench"


def measure(people: int = PEOPLE, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Rounds of both in turn, on a cluster that syncs each commit; the medians are compared."""
    with (
        tempfile.TemporaryDirectory() as directory,
        private_cluster(durable=True) as cluster,
        closing(Valkey().start()) as valkey,
    ):
        cluster.create(DATABASE)
        named = {
            "DATA_DIR": directory,
            "DATABASE_URL": cluster.url(DATABASE, APP),
            "MIGRATION_DATABASE_URL": cluster.url(DATABASE, OWNER),
            "REDIS_URL": valkey.url,
        }
        settings = Settings.from_env(named)
        migrate(settings)
        app = create_app(settings)
        with cluster.connect(DATABASE) as server, app.app_context():
            place = district.settle(server, people)
            _fan_out(app, place, "guardians-of:person:" + str(place.one_child))
            before = _memory()
            ours, bare = [], []
            for _ in range(rounds):
                _clear(server)
                ours.append(_fan_out(app, place, "role:parent"))
                bare.append(_bare(server))
            grown, rows = _memory() - before, _rows(server)
    yield Figure("fan_out_rows", rows, "rows", peer=f"written for {people:,} people")
    yield Figure("fan_out", median(ours), "s", peer="publish to the last row visible")
    yield Figure("fan_out_bare", median(bare), "s", peer="INSERT ... SELECT of the same rows")
    yield Figure("fan_out_ratio", median(ours) / median(bare), "times", goal=1.5, peer="the bare INSERT ... SELECT")
    yield Figure("fan_out_memory", grown, "MB", goal=20, peer="the worker before it")


def _fan_out(app: Flask, place: district.Place, text: str) -> float:
    """Seconds from publishing to the commit that makes it visible."""
    term = Term.parse(text)
    assert term is not None
    draft = Draft(Category.ANNOUNCEMENT, Priority.NORMAL, "Closed tomorrow", "All day.", Audience((term,)))
    hat = Hat(new_id(), Role.ADMIN, place.district_id, place.school_id, "Bench", "UTC")
    began = time.perf_counter()
    with unit_of_work():
        compose.publish(
            draft, Person(place.admin_id, new_id(), place.district_id, "Admin", None, None, None), hat, None
        )
    while jobs.drain_bulk():
        pass
    return time.perf_counter() - began


def _bare(server: "psycopg.Connection[tuple[UUID, ...]]") -> float:
    for table in TABLES:
        server.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
    _clear(server)
    began = time.perf_counter()
    with server.transaction():
        for table in TABLES:
            server.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
    took = time.perf_counter() - began
    for table in TABLES:
        server.execute(f"DROP TABLE kept_{table}")
    return took


def _clear(server: "psycopg.Connection[tuple[UUID, ...]]") -> None:
    """Both begin with empty tables and nothing to write back."""
    server.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    server.execute("CHECKPOINT")


def _rows(server: "psycopg.Connection[tuple[UUID, ...]]") -> int:
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
    found = server.execute(f"SELECT {counts}").fetchone()
    return int(found[0]) if found else 0


def _memory() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
