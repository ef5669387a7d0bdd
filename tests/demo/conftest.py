"""A small demo: seeded once for a file of tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.demo import accounts_file, seed
from app.extensions import db
from app.settings import Settings
from tests.support.fixtures_ground import BACKENDS, Databases
from tests.support.pages import Client
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

STUDENTS = 60


@pytest.fixture(scope="module", params=BACKENDS)
def demo(
    request: pytest.FixtureRequest,
    databases: Databases,
    valkey_server: Valkey,
    sink_server: Sink,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """An app whose database holds the demo. Tests beside it must not ask for another database: it is this one."""
    database = databases[request.param]
    database.reset()
    named = {
        "DATA_DIR": str(tmp_path_factory.mktemp("demo")),
        "DATABASE_URL": database.url,
        "MIGRATION_DATABASE_URL": database.migration_url,
        "REDIS_URL": valkey_server.url,
        "MAIL_SERVER": sink_server.url,
    }
    app = create_app(Settings.from_env(named))
    app.test_client_class = Client
    with app.app_context():
        seed.fill(app.extensions["belfry.settings"], STUDENTS, lambda _pieces: None)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(demo: Flask) -> Iterator[Session]:
    with demo.app_context():
        yield db.session()


@pytest.fixture
def sign_ins(demo: Flask) -> Path:
    """``demo-accounts.json``."""
    settings: Settings = demo.extensions["belfry.settings"]
    return settings.data_dir / accounts_file.NAME
