"""Kills, restarts, full disks, leaping clocks and relays of all moods, in orders that nobody would think of."""

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from app.extensions import db
from tests.faults.outbox import Outbox
from tests.support.databases import Database
from tests.support.smtp import Sink

pytestmark = pytest.mark.faults
EXAMPLES = {"sqlite": 15, "postgresql": 4}
IN_FULL = 200


def machine(app: Flask, database: Database, sink: Sink) -> type[Outbox]:
    """On this database, which each example finds empty."""

    class Here(Outbox):
        def begin_anew(self) -> None:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
            database.reset()
            app.extensions.pop("belfry.turns", None)

    Here.sink = sink
    return Here


def patient(examples: int, steps: int, *, derandomize: bool) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=derandomize,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate] if derandomize else [Phase.generate, Phase.shrink],
    )


def test_bar_14_whatever_happens_every_row_comes_to_one_end(
    session: Session, app: Flask, database: Database, sink: Sink, backend: str
) -> None:
    chosen = patient(EXAMPLES[backend], 25, derandomize=True)
    run_state_machine_as_test(machine(app, database, sink), settings=chosen)


@pytest.mark.slow
def test_bar_14_in_full(session: Session, app: Flask, database: Database, sink: Sink) -> None:
    number = int(os.environ.get("SEED", "0")) or int.from_bytes(os.urandom(4))
    print(f"bar 14: {IN_FULL} examples, SEED={number}")
    run_state_machine_as_test(
        seed(number)(machine(app, database, sink)), settings=patient(IN_FULL, 60, derandomize=False)
    )
