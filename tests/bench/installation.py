"""An installation to measure: the app on a PostgreSQL of its own that syncs each commit, with a Valkey and a relay."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from app import create_app
from app.catalogue.kinds import Category, Priority, Role
from app.identity.kinds import Person
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose
from app.notifications.kinds import Audience, Draft, Term
from app.roster.kinds import Hat
from app.settings import Settings
from tests.bench import district
from tests.bench.relay import Relay
from tests.support.migrations import migrate
from tests.support.postgres import APP, OWNER, private_cluster
from tests.support.site import ROOT, environment_of
from tests.support.valkey import Valkey

DATABASE = "bench"
Server = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Installation:
    """``server`` is a connection of the superuser, in autocommit."""

    app: Flask
    settings: Settings
    server: Server
    relay: Relay

    @contextmanager
    def workers(self, *lanes: str) -> Iterator[None]:
        """A worker process for each lane named, for as long as the block lasts."""
        commands = [[sys.executable, "-m", "app.processes.worker", lane] for lane in lanes]
        env = environment_of(self.settings)
        log = (self.settings.data_dir / "workers.log").open("ab")
        started = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log) for command in commands]
        try:
            yield
        finally:
            for worker in started:
                worker.kill()
                worker.wait()
            log.close()


@contextmanager
def installation(relay_seconds: float = 0.0) -> Iterator[Installation]:
    """Migrated and empty. The relay takes ``relay_seconds`` for each mail."""
    with (
        tempfile.TemporaryDirectory() as directory,
        private_cluster(durable=True) as cluster,
        closing(Valkey().start()) as valkey,
        closing(Relay(Path(directory) / "arrivals", relay_seconds)) as relay,
    ):
        cluster.create(DATABASE)
        named = {
            "DATA_DIR": directory,
            "DATABASE_URL": cluster.url(DATABASE, APP),
            "MIGRATION_DATABASE_URL": cluster.url(DATABASE, OWNER),
            "REDIS_URL": valkey.url,
            "MAIL_SERVER": relay.url,
        }
        settings = Settings.from_env(named)
        migrate(settings)
        app = create_app(settings)
        with cluster.connect(DATABASE) as server, app.app_context():
            yield Installation(app, settings, server, relay)


def publish(place: district.Place, text: str, category: Category = Category.ANNOUNCEMENT) -> None:
    """Commit a notification to those whom ``text`` names; the workers fan it out."""
    term = Term.parse(text)
    assert term is not None
    priority = Priority.EMERGENCY if category is Category.EMERGENCY else Priority.NORMAL
    draft = Draft(category, priority, "Closed tomorrow", "The school is **closed** all day.", Audience((term,)))
    hat = Hat(new_id(), Role.ADMIN, place.district_id, place.school_id, "Bench", "UTC")
    admin = Person(place.admin_id, new_id(), place.district_id, "Admin", None, None, None)
    with unit_of_work():
        compose.publish(draft, admin, hat, None)
