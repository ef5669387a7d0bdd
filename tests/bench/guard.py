"""The guard: what every request asks first, who this token is, on PostgreSQL.

Held against the bare driver's same SELECT, on one connection in autocommit: what the question costs if nobody keeps
a pool, builds a statement or makes a value of the answer.
"""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from statistics import median

import psycopg
from flask import g

from app import create_app
from app.extensions import db
from app.identity import guard, queries
from app.identity.sign_in import sign_in
from app.kernel.tokens import digest
from app.settings import Settings
from tests.bench.figures import Figure
from tests.identity.people import LAPTOP, PASSWORD, somebody
from tests.support.migrations import migrate
from tests.support.postgres import APP, OWNER, private_cluster

TIMES, ROUNDS = 3_000, 7
DATABASE = "bench"


def measure() -> Iterator[Figure]:
    """Rounds of both in turn; the medians are compared."""
    with tempfile.TemporaryDirectory() as directory, private_cluster(durable=True) as cluster:
        cluster.create(DATABASE)
        urls = {
            "DATABASE_URL": cluster.url(DATABASE, APP),
            "MIGRATION_DATABASE_URL": cluster.url(DATABASE, OWNER),
        }
        settings = Settings.from_env({"DATA_DIR": directory, **urls})
        migrate(settings)
        app = create_app(settings)
        with app.app_context():
            somebody()
            token = sign_in("sam@example.org", PASSWORD, LAPTOP)
            question = re.sub(r"%\(\w+\)s(::\w+)?", "%s", str(queries.BY_TOKEN.compile(db.engine)))
        address = settings.database_url.replace("+psycopg", "")
        with (
            psycopg.connect(address, autocommit=True) as driver,
            app.test_request_context(headers={"Cookie": f"belfry={token}"}),
        ):

            def ours() -> None:
                guard.look()
                assert g.person is not None

            def bare() -> None:
                assert driver.execute(question, [digest(token)]).fetchone() is not None

            rounds = [(_microseconds(ours), _microseconds(bare)) for _ in range(ROUNDS)]
            db.engine.dispose()
    looks, asked = (median(column) for column in zip(*rounds, strict=True))
    yield Figure("guard", looks, "µs", peer="cookie to person")
    yield Figure("guard_bare", asked, "µs", peer="the bare driver's same SELECT")
    yield Figure("guard_ratio", looks / asked, "times", goal=3.0, peer="the bare driver's same SELECT")


def _microseconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        call()
    return (time.perf_counter() - began) / TIMES * 1e6
