"""PostgreSQL made fit for networks that swallow packets: nobody waits for an answer without end.

TCP notices a dead peer, not one whose proxy or firewall goes on acknowledging; libpq would read from that for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg.errors import OperationalError
from sqlalchemy import Engine, event

ANSWER_SECONDS = 25.0
"""The longest that any statement of a page or a worker may take. A piece of a fan-out takes 3."""

LOST_AFTER_SECONDS = 60.0
"""How long the server keeps the locks of a client that says nothing more: its host may have lost power."""

_is_patient: ContextVar[bool] = ContextVar("is_patient", default=False)


class ImpatientConnection(psycopg.Connection[Any]):
    """Gives up on a server that does not answer, and closes: what was asked may have been done, or not."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or (None if _is_patient.get() else ANSWER_SECONDS))
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise OperationalError("the server did not answer in time") from None


@contextmanager
def all_the_time_it_takes() -> Iterator[None]:
    """For a command that somebody watches: the statements of a big seed run for minutes."""
    token = _is_patient.set(True)
    try:
        yield
    finally:
        _is_patient.reset(token)


def prepare(engine: Engine) -> None:
    """Have the engine connect so, with sessions that suit us whatever the server's own defaults are."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, words: tuple[Any, ...], options: dict[str, Any]) -> Any:
        return ImpatientConnection.connect(*words, **options, options=" ".join(session_options()))


def session_options() -> Iterator[str]:
    """What a page has said was sent must survive a power cut; and a lost client must not lock rows for two hours."""
    yield "-c synchronous_commit=on"
    yield f"-c idle_in_transaction_session_timeout={int(LOST_AFTER_SECONDS * 1000)}"
    yield "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
