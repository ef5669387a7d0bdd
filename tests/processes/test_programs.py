"""The embedded Valkey as ``make run`` starts it."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from app.processes.program import Program
from app.processes.programs import stages, valkey
from app.settings import Settings, embedded_redis_socket
from tests.processes.keeper import eventually


@contextmanager
def running(program: Program) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(program.command, stdout=subprocess.DEVNULL) as process:
        try:
            eventually(program.is_ready)
            yield process
        finally:
            process.kill()


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """An installation in a folder with spaces in its name."""
    settings = Settings.from_env({"DATA_DIR": str(tmp_path / "a school's data")})
    yield settings
    folder = embedded_redis_socket(settings.data_dir).parent
    for left in folder.iterdir():
        left.unlink()
    folder.rmdir()


def test_it_listens_on_its_socket_only_and_refuses_to_forget(settings: Settings) -> None:
    with running(valkey(settings)), redis.Redis.from_url(settings.redis_url) as client:
        found = client.config_get("*")
    assert found["port"] == "0"
    assert found["maxmemory-policy"] == "noeviction"
    assert found["appendonly"] == "yes"
    assert found["dir"] == str(settings.data_dir / "valkey")
    assert embedded_redis_socket(settings.data_dir).parent.stat().st_mode & 0o077 == 0


def test_what_it_was_told_is_there_after_a_restart(settings: Settings) -> None:
    with running(valkey(settings)) as process, redis.Redis.from_url(settings.redis_url) as client:
        client.set("bell", "rope")
        process.send_signal(signal.SIGTERM)
        process.wait(5)
    with running(valkey(settings)), redis.Redis.from_url(settings.redis_url) as client:
        assert client.get("bell") == b"rope"


def test_a_lane_gets_as_many_workers_as_were_asked_for(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), "WORKERS": "mail=3"})
    programs = [program for stage in stages(settings) for program in stage]
    workers = {program.name: program.command[-1] for program in programs if program.name.startswith("worker")}
    names = {"worker-alerts", "worker-urgent_mail", "worker-mail", "worker-mail-2", "worker-mail-3", "worker-bulk"}
    assert set(workers) == names
    assert {workers[name] for name in names if "-mail" in name} == {"mail"}
