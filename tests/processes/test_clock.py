"""Each duty is done by itself: one that fails or hangs takes no other with it."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.kernel.heartbeats import last_beats
from app.kernel.stopping import stop_signal
from app.processes.prepare import command
from app.processes.rounds import Round
from app.settings import Settings
from tests.processes.keeper import eventually


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = create_app(Settings.from_env({"DATA_DIR": str(tmp_path)}))
    command(app, "db", "upgrade")
    return app


def test_a_duty_that_fails_is_done_again_and_says_nothing_of_being_well(app: Flask) -> None:
    tries: list[float] = []

    def fails() -> None:
        tries.append(time.monotonic())
        raise ValueError("the bell has no clapper")

    Round(app, "clock:fails", 0.05, 60, fails).start()
    eventually(lambda: len(tries) >= 3)
    stop_signal(app).set()
    with app.app_context():
        assert "clock:fails" not in last_beats()


def test_a_duty_that_hangs_stops_no_other_and_is_found_out(app: Flask) -> None:
    release, done = threading.Event(), threading.Event()
    hangs = Round(app, "clock:hangs", 1, 0.2, lambda: release.wait(30) and None)
    works = Round(app, "clock:works", 0.05, 60, done.set)
    hangs.start()
    works.start()
    assert done.wait(5)
    eventually(lambda: hangs.is_overdue)
    assert not works.is_overdue
    release.set()
    stop_signal(app).set()


def test_a_duty_done_is_told(app: Flask) -> None:
    def heard() -> bool:
        with app.app_context():
            return "clock:works" in last_beats()

    Round(app, "clock:works", 0.05, 60, lambda: None).start()
    eventually(heard)
    stop_signal(app).set()


def test_what_is_left_is_done_at_once_without_waiting_for_the_next_round(app: Flask) -> None:
    left = [3]

    def piece() -> bool:
        left[0] -= 1
        return left[0] > 0

    Round(app, "worker:mail", 60, 60, piece).start()
    eventually(lambda: left[0] == 0, within=5)
    stop_signal(app).set()


def test_a_bell_that_rings_during_a_round_makes_another(app: Flask) -> None:
    rounds: list[int] = []

    def once() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            worker.wake()

    worker = Round(app, "worker:mail", 60, 60, once)
    worker.start()
    eventually(lambda: len(rounds) == 2, within=5)
    stop_signal(app).set()
