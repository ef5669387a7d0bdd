"""Where faults happen: a database, a Valkey and a relay to be broken, an engine on them, and a crowd to be told."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app import create_app
from app.extensions import db
from app.settings import Settings
from tests.faults.crowd import Crowd, settle
from tests.faults.engine import Engine, running_engine
from tests.faults.server import Server
from tests.support.databases import SqliteDatabase
from tests.support.migrations import migrate
from tests.support.ports import free_port
from tests.support.postgres import APP, OWNER, private_cluster
from tests.support.proxy import Proxy
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

DATABASE = "faults"


@dataclass(frozen=True)
class Size:
    """How much of it. ``seconds`` is what the relay takes for a mail, ``lease`` as ``Engine`` has it."""

    people: int
    mail_workers: int
    kills: int
    pause: float
    seconds: float
    lease: float | None


SMALL = Size(people=60, mail_workers=2, kills=3, pause=0.5, seconds=0.03, lease=3.0)
FULL = Size(
    people=int(os.environ.get("PEOPLE", "10000")), mail_workers=3, kills=20, pause=10.0, seconds=0.005, lease=None
)


@dataclass
class Scene:
    """``server`` and ``road`` (the proxy that the engine reaches it by) are there with PostgreSQL only."""

    size: Size
    app: Flask
    engine: Engine
    crowd: Crowd
    sink: Sink
    valkey: Valkey
    bell_road: Proxy
    server: Server | None = None
    road: Proxy | None = None

    @property
    def recovery(self) -> float:
        """Within which all must be done: thousands of mails take their time, faults or none."""
        return 120.0 if self.size.lease else 1800.0

    def begin(self) -> float:
        """All is well, and nothing has been sent yet. Gives the time."""
        if self.valkey.was_disturbed:
            self.valkey.flush()
        self.engine.whole()
        self.sink.clear()
        self.sink.seconds = self.size.seconds / 2  # once for the address, once for the mail
        return time.monotonic()

    def reconnect(self) -> None:
        """The connections of this process to a server that was killed are none any more."""
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()

    def half_way(self, share: float = 0.5) -> None:
        """Wait until so much of it is out, with more in hand."""
        self.sink.wait_for(max(1, int(len(self.crowd.addresses) * share)), within=1800)


@contextmanager
def scene(backend: str, size: Size, directory: Path) -> Iterator[Scene]:
    """Everything at work."""
    with ExitStack() as stack:
        valkey, sink = Valkey().start(), Sink().start(free_port())
        stack.callback(valkey.close)
        stack.callback(sink.close)
        bell_road = stack.enter_context(Proxy(valkey.port))
        server = road = None
        if backend == "sqlite":
            database = SqliteDatabase.in_directory(directory)
            database.reset()
            urls = {"near": database.url, "far": database.url, "owner": database.url}
        else:
            cluster = stack.enter_context(private_cluster())
            cluster.create(DATABASE)
            server, road = Server(cluster), stack.enter_context(Proxy(cluster.port))
            stack.callback(server.end)
            far = cluster.tcp_url(DATABASE, APP, road.port)
            urls = {"near": cluster.url(DATABASE, APP), "far": far, "owner": cluster.url(DATABASE, OWNER)}
        named = {"DATA_DIR": str(directory), "MAIL_SERVER": sink.url, "REDIS_URL": valkey.url}
        near = Settings.from_env(
            named | {"DATABASE_URL": urls["near"], "MIGRATION_DATABASE_URL": urls["owner"], "PORT": str(free_port())}
        )
        if server:
            migrate(near)
        theirs = {
            "DATABASE_URL": urls["far"],
            "REDIS_URL": f"redis://127.0.0.1:{bell_road.port}/0",
            "PORT": str(near.port),
        }
        far_ = Settings.from_env(named | theirs)
        app = create_app(near)
        with app.app_context():
            crowd = settle(size.people)
            engine = Engine(far_, directory / "engine.log", size.mail_workers, size.lease)
            with running_engine(engine):
                yield Scene(size, app, engine, crowd, sink, valkey, bell_road, server, road)
