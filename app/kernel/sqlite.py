"""SQLite made fit for several processes: durable, strict about references, and fair to writers."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.kernel.ids import new_id
from app.kernel.phrases import folded

WRITE = "belfry_write"
BUSY_SECONDS = 10.0
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may lose the last commits when the power is cut
    "foreign_keys=ON",
    f"busy_timeout={int(BUSY_SECONDS * 1000)}",
)


def prepare(engine: Engine) -> None:
    """Set what SQLite forgets on each connection, and begin transactions by ourselves."""

    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # the driver's own BEGIN comes too late to be IMMEDIATE
        for pragma in PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")
        dbapi.create_function("uuid7", 0, lambda: new_id().hex)
        dbapi.create_function("folded", 1, folded, deterministic=True)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once under load; busy_timeout does not help.
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        is_write = options.get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


@contextmanager
def turn_to_write(database: str) -> Iterator[None]:
    """Wait for a turn before BEGIN IMMEDIATE. SQLite's own waiting starves pages behind a fan-out.

    After BUSY_SECONDS it goes on without a turn: the database's lock is the truth, this one only makes it fair.
    """
    file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + BUSY_SECONDS
        while not _try_lock(file) and time.monotonic() < until:
            time.sleep(0.002)
        yield
    finally:
        os.close(file)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
