"""All of Belfry as ``make run`` starts it: an empty folder with spaces in its name, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.processes.keeper import eventually, is_gone
from tests.support.ports import free_port

PARTS = (
    "valkey-server",
    "mail_sink",
    "gunicorn",
    "worker alerts",
    "worker urgent_mail",
    "worker mail",
    "worker bulk",
    "clock",
)
pytestmark = [pytest.mark.faults, pytest.mark.alone]


@dataclass(frozen=True)
class Belfry:
    """A running Belfry, its environment and its terminal."""

    process: "subprocess.Popen[bytes]"
    env: dict[str, str]
    terminal: Path

    def said(self) -> str:
        return self.terminal.read_text()

    def part(self, name: str) -> list[psutil.Process]:
        """The processes below the supervisor whose command line holds ``name``, the eldest first."""
        everybody = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in everybody if not is_gone(one) and name in " ".join(one.cmdline())]

    def page(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.env['PORT']}/login", timeout=5) as answer:
                return int(answer.status)
        except OSError:
            return 0


@pytest.fixture(scope="module")
def belfry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Belfry]:
    home = tmp_path_factory.mktemp("belfry")
    env = {**os.environ, "DATA_DIR": str(home / "a school's data"), "PORT": str(free_port(beside=(25,)))}
    with (home / "terminal").open("wb") as terminal:
        process = subprocess.Popen([sys.executable, "-m", "app.processes"], env=env, stdout=terminal, stderr=terminal)
    running = Belfry(process, env, home / "terminal")
    try:
        eventually(lambda: "Ctrl-C ends it" in running.said() or process.poll() is not None, within=120)
        yield running
    finally:
        process.terminate()
        process.wait(15)


def test_it_says_where_it_is_and_who_may_sign_in(belfry: Belfry) -> None:
    said = belfry.said()
    assert f"http://127.0.0.1:{belfry.env['PORT']}\n" in said
    accounts = json.loads((Path(belfry.env["DATA_DIR"]) / "demo-accounts.json").read_text())
    assert {"admin", "teacher", "parent", "student"} <= {account["role"] for account in accounts}
    assert all(account["email"] in said and account["password"] in said for account in accounts)
    assert belfry.page() == 200


def test_every_part_runs_and_is_started_again_when_it_is_killed(belfry: Belfry) -> None:
    eventually(lambda: all(belfry.part(name) for name in PARTS), within=40)
    killed = [belfry.part(name)[0] for name in PARTS]
    for process in killed:
        process.kill()
    eventually(lambda: all(belfry.part(name) for name in PARTS), within=40)
    assert not {process.pid for process in killed} & {belfry.part(name)[0].pid for name in PARTS}
    eventually(lambda: belfry.page() == 200, within=40)


def test_the_doctor_finds_nothing_wrong(belfry: Belfry) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"]

    def is_well() -> bool:
        return subprocess.run(command, env=belfry.env, capture_output=True, check=False).returncode == 0

    eventually(is_well, within=40)


def test_nothing_is_left_when_the_supervisor_is_killed(belfry: Belfry) -> None:
    """The last of these tests, for it ends what they share."""
    everybody = psutil.Process(belfry.process.pid).children(recursive=True)
    assert len(everybody) >= len(PARTS)
    belfry.process.send_signal(signal.SIGKILL)
    eventually(lambda: all(is_gone(process) for process in everybody), within=5)
