"""A supervisor of stand-in commands as a process of its own, so that tests can signal and kill it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.processes.program import Program
from app.processes.supervisor import Supervisor

PYTHON = sys.executable
SLEEPS = (PYTHON, "-c", "import time; time.sleep(600)")


@dataclass(frozen=True)
class Kept:
    """The supervisor under test, and what it has said so far."""

    process: "subprocess.Popen[bytes]"
    directory: Path

    def said(self) -> str:
        return (self.directory / "said").read_text()

    def children(self) -> list[psutil.Process]:
        """Every process below it, whatever its depth."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)


@contextmanager
def kept(directory: Path, *stages: Sequence[Program], up: bool = True) -> Iterator[Kept]:
    """Run the stages under a supervisor in ``directory``; wait until it says that it is up."""
    plan = [[[p.name, p.command, p.runs_once] for p in stage] for stage in stages]
    with (directory / "said").open("wb") as said:
        command = [PYTHON, "-m", __name__, str(directory), json.dumps(plan)]
        process = subprocess.Popen(command, stdout=said, stderr=said)
    keeper = Kept(process, directory)
    try:
        if up:
            eventually(lambda: "all up" in keeper.said())
        yield keeper
    finally:
        if process.poll() is None:
            keeper.end()


def eventually(holds: Callable[[], object], within: float = 30.0) -> None:
    """Wait until it holds; fail when it does not in time."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def is_gone(process: psutil.Process) -> bool:
    """Whether a process has ended. A zombie has: only its parent has not looked yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def main(directory: Path, plan: str) -> int:
    stages = [[Program(name, tuple(command), runs_once=once) for name, command, once in s] for s in json.loads(plan)]
    return Supervisor(stages, directory / "log", _say, lambda: _say("all up")).run()


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
