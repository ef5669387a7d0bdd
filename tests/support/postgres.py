"""A private PostgreSQL cluster, its two roles, and databases made from a migrated template."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[2]
NULL = subprocess.DEVNULL
OWNER, APP = "belfry_owner", "belfry_app"


@dataclass(frozen=True)
class Cluster:
    """A running server. ``owner`` owns and migrates, ``app`` owns nothing; the server lives while this process does."""

    directory: Path
    port: int
    pid: int
    password: str = field(repr=False)
    held: IO[str] = field(repr=False)

    def url(self, database: str, role: str) -> str:
        """A DATABASE_URL over the unix socket."""
        return f"postgresql://{role}@/{database}?{urlencode({'host': self.directory, 'port': self.port})}"

    def tcp_url(self, database: str, role: str, port: int | None = None) -> str:
        """The same over loopback TCP; ``port`` may be a proxy's."""
        return f"postgresql://{role}:{self.password}@127.0.0.1:{port or self.port}/{database}"

    def connect(self, database: str = "postgres", role: str = "postgres") -> "psycopg.Connection[tuple[Any, ...]]":
        """A bare autocommit connection, by default as the superuser."""
        return psycopg.connect(host=str(self.directory), port=self.port, user=role, dbname=database, autocommit=True)

    def create(self, name: str, template: str = "template1") -> None:
        """Make a database of the owner's in which the app may work but owns nothing."""
        with self.connect() as server:
            server.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
            server.execute(_named("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, template, OWNER))

    def drop(self, name: str) -> None:
        with self.connect() as server:
            server.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def shared_cluster(run: str) -> Cluster:
    """The one cluster of a whole test run, named by ``run``: the first to ask starts it, it ends with the last."""
    home = Path(tempfile.gettempdir()) / f"belfry-pg-{os.geteuid()}-{run}"
    with turn():
        return _join(home) or _begin(home, durable=False)


@contextmanager
def turn() -> Iterator[None]:
    """One test process at a time: for what the first does for all."""
    with (Path(tempfile.gettempdir()) / f"belfry-pg-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def private_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster of one's own, to kill or to measure. ``durable`` keeps fsync and synchronous commits on."""
    cluster = _begin(Path(tempfile.mkdtemp(prefix="belfry-pg-")), durable=durable)
    try:
        yield cluster
    finally:
        cluster.held.close()


def _join(home: Path) -> Cluster | None:
    try:
        held = (home / "alive").open()
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return _reach(home, held)
    except (FileNotFoundError, BlockingIOError):
        return None


def _begin(home: Path, *, durable: bool) -> Cluster:
    _wait_for_earlier_keeper(home)
    home.mkdir(mode=0o700, exist_ok=True)
    held = (home / "alive").open("w")
    fcntl.flock(held, fcntl.LOCK_SH)
    command = [sys.executable, "-m", "tests.support.postgres_keeper", str(home), *(["--durable"] if durable else [])]
    keeper = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdin=NULL, stdout=NULL, stderr=NULL)
    while not (home / "cluster.json").exists():
        if keeper.poll() is not None:
            reason = (home / "failed").read_text()
            shutil.rmtree(home)
            raise RuntimeError(f"No PostgreSQL for the tests: {reason}")
        time.sleep(0.02)
    cluster = _reach(home, held)
    with cluster.connect() as server:
        for role in (OWNER, APP):
            server.execute(_named("CREATE ROLE {} LOGIN PASSWORD ", role) + sql.Literal(cluster.password))
    return cluster


def _wait_for_earlier_keeper(home: Path) -> None:
    for _ in range(200):
        if not home.exists() or not any(home.iterdir()):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{home} belongs to a cluster that does not end; look at its log, then remove it")


def _reach(home: Path, held: IO[str]) -> Cluster:
    told = json.loads((home / "cluster.json").read_text())
    return Cluster(directory=home, port=told["port"], pid=told["pid"], password=told["password"], held=held)


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
