"""A lane is drained whatever becomes of Redis. A real Valkey, frozen, killed and started again."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from app import create_app
from app.kernel.heartbeats import last_beats
from app.kernel.jobs import Bells, Lane
from app.kernel.redis import connect
from app.processes.prepare import command
from app.settings import Settings
from tests.processes.keeper import eventually
from tests.support.valkey import Valkey


@dataclass(frozen=True)
class Working:
    """A worker process and what its drain has noted."""

    process: "subprocess.Popen[bytes]"
    notes: Path

    def drains(self) -> int:
        return self.notes.read_text().count("ended") if self.notes.exists() else 0

    def drains_again(self, within: float) -> None:
        count = self.drains()
        eventually(lambda: self.drains() > count, within)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


@pytest.fixture
def here(tmp_path: Path, valkey: Valkey) -> Settings:
    """An installation in a folder with spaces in its name."""
    return Settings.from_env({"DATA_DIR": str(tmp_path / "a school's data"), "REDIS_URL": valkey.url})


@pytest.fixture
def start(here: Settings, tmp_path: Path) -> Iterator[Callable[..., Working]]:
    """Starts workers on a migrated database; ends them when the test is over."""
    command(create_app(here), "db", "upgrade")
    started: list[Working] = []

    def begin(seconds: float = 0.0) -> Working:
        notes = tmp_path / "notes"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.lane", str(notes), str(seconds)],
            env={**os.environ, "DATA_DIR": str(here.data_dir), "REDIS_URL": here.redis_url},
        )
        started.append(Working(process, notes))
        return started[-1]

    yield begin
    for working in started:
        working.process.kill()
        working.process.wait()


def is_heard(here: Settings, worker: Working) -> None:
    """Three bells, each answered within a second: looking by itself every 5 s the worker cannot seem to hear."""
    connection = connect(here.redis_url)
    eventually(lambda: any(client["cmd"] == "blmove" for client in connection.client_list()), 15)  # it waits for a bell
    for _ in range(3):
        assert Bells(connection).ring(Lane.MAIL)
        worker.drains_again(within=1)


def test_a_bell_is_answered_at_once(valkey: Valkey, here: Settings, start: Callable[..., Working]) -> None:
    worker = start()
    eventually(worker.drains, 20)
    is_heard(here, worker)
    assert worker.stop() == 0


@pytest.mark.faults
def test_with_redis_frozen_the_lane_is_still_drained(valkey: Valkey, start: Callable[..., Working]) -> None:
    worker = start()
    eventually(worker.drains, 20)
    time.sleep(1)  # long enough for the ear to wait for a bell
    valkey.freeze()
    for _ in range(2):
        worker.drains_again(within=8)
    valkey.thaw()
    assert worker.stop() == 0


@pytest.mark.faults
def test_with_redis_killed_the_lane_is_drained_and_bells_are_heard_when_it_is_back(
    valkey: Valkey, here: Settings, start: Callable[..., Working]
) -> None:
    worker = start()
    eventually(worker.drains, 20)
    valkey.kill()
    for _ in range(2):
        worker.drains_again(within=8)
    cpu = psutil.Process(worker.process.pid).cpu_times()
    time.sleep(2)
    after = psutil.Process(worker.process.pid).cpu_times()
    assert (after.user + after.system) - (cpu.user + cpu.system) < 0.5, "it spins"
    valkey.start()
    is_heard(here, worker)


@pytest.mark.faults
def test_without_redis_from_the_start_the_lane_is_drained(valkey: Valkey, start: Callable[..., Working]) -> None:
    valkey.kill()
    worker = start()
    eventually(worker.drains, 20)
    worker.drains_again(within=8)
    assert worker.stop() == 0


def test_asked_to_end_it_finishes_what_it_has_in_hand(valkey: Valkey, start: Callable[..., Working]) -> None:
    worker = start(seconds=2)
    eventually(lambda: worker.notes.exists() and worker.notes.read_text().endswith("begun\n"), 20)
    assert worker.stop() == 0
    assert worker.notes.read_text().endswith("ended\n")


def test_it_says_that_it_is_alive(here: Settings, start: Callable[..., Working]) -> None:
    eventually(start().drains, 20)
    app = create_app(here)

    def heard() -> bool:
        with app.app_context():
            return "worker:mail" in last_beats()

    eventually(heard)
