"""Fixtures: databases, Valkey, the mail sink, and an app on them. Every test that uses ``settings`` runs twice."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.extensions import db
from app.mailer import lines
from app.settings import Settings
from tests.support.databases import Database, PostgresDatabase, SqliteDatabase
from tests.support.pages import Client
from tests.support.ports import free_port
from tests.support.postgres import Cluster, shared_cluster
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The PostgreSQL of the whole run; it ends when the last test process has."""
    return shared_cluster(os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}"))


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> "Databases":
    return Databases(lambda: request.getfixturevalue("cluster"), tmp_path_factory.mktemp("databases"), worker_id)


class Databases:
    """This test process's database of each backend, made when first asked for."""

    def __init__(self, cluster: Callable[[], Cluster], directory: Path, worker_id: str) -> None:
        self._cluster, self._directory, self._worker_id = cluster, directory, worker_id
        self._made: dict[str, Database] = {}

    def __getitem__(self, backend: str) -> Database:
        if backend not in self._made:
            self._made[backend] = self._make(backend)
        return self._made[backend]

    def _make(self, backend: str) -> Database:
        if backend == "sqlite":
            return SqliteDatabase.in_directory(self._directory)
        return PostgresDatabase.from_template(self._cluster(), f"belfry_{self._worker_id}", self._directory)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test is on."""
    return str(request.param)


@pytest.fixture
def database(backend: str, databases: Databases) -> Database:
    """Empty but for what migrations wrote."""
    databases[backend].reset()
    return databases[backend]


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    server = Valkey().start()
    yield server
    server.close()


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """A real Valkey, running and empty."""
    valkey_server.flush()
    return valkey_server


@pytest.fixture(scope="session")
def sink_server() -> Iterator[Sink]:
    sink = Sink().start(free_port())
    yield sink
    sink.close()


@pytest.fixture
def sink(sink_server: Sink) -> Sink:
    """A relay that takes everything and has seen nothing yet."""
    sink_server.clear()
    return sink_server


@pytest.fixture
def settings(database: Database, valkey: Valkey, sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation on this backend, read as an installation reads them."""
    named = {
        "DATA_DIR": str(tmp_path_factory.getbasetemp() / "data"),
        "DATABASE_URL": database.url,
        "MIGRATION_DATABASE_URL": database.migration_url,
        "REDIS_URL": valkey.url,
        "MAIL_SERVER": sink.url,
    }
    return Settings.from_env(named)


@pytest.fixture(scope="session")
def _apps() -> dict[Settings, Flask]:
    return {}


@pytest.fixture
def make_app(settings: Settings, valkey: Valkey, _apps: dict[Settings, Flask]) -> Iterator[Callable[..., Flask]]:
    """Gives the app, or one whose settings differ: ``make_app(login_limit_per_ip="2 per minute")``."""
    used: list[Flask] = []

    def make(**changes: Any) -> Flask:
        wanted = replace(settings, **changes)
        if wanted not in _apps:
            _apps[wanted] = create_app(wanted)
            _apps[wanted].test_client_class = Client
        used.append(_apps[wanted])
        return used[-1]

    yield make
    for app in used:
        _let_go(app)
    if valkey.was_disturbed:
        _apps.clear()  # breakers and fallbacks remember that Redis was away


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Belfry on this backend, a real Valkey and a real relay. Made once a process: it must hold no state."""
    return make_app()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """An app context for the length of a test, and its database session: for tests below the views."""
    with app.app_context():
        yield db.session()


def _let_go(app: Flask) -> None:
    lines.hang_up(app)  # and with them what they know of relays
    with app.app_context():
        kept = sum(engine.pool.checkedout() for engine in db.engines.values())  # type: ignore[attr-defined]
        for engine in db.engines.values():
            engine.dispose()
    assert kept == 0, f"the test left {kept} database connections checked out"
