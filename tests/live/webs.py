"""Web processes alone, without workers and clock: real gunicorns, as ``make run`` starts them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.processes import leash
from app.processes.programs import GUNICORN_CONFIG, page_answers
from app.settings import Settings
from tests.support.patience import eventually
from tests.support.ports import free_port
from tests.support.site import ROOT, environment_of
from tests.support.visitors import Visitor

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Webs:
    """Some web processes on one database and one Redis."""

    port: int
    log: Path
    start: "Callable[[int], subprocess.Popen[bytes]]"
    masters: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def url(self, number: int = 0) -> str:
        return f"http://{HOST}:{self.port + number}"

    def start_again(self, number: int) -> None:
        """After ``stop``: another process on the same port."""
        self.masters[number] = self.start(number)
        self.wait_for(number)

    def stop(self, number: int) -> None:
        """Ask one to end, as a deploy does, and wait until it has."""
        self.masters[number].terminate()
        self.masters[number].wait(15)

    def wait_for(self, number: int) -> None:
        eventually(lambda: self._answers(number), 30, "a web process", every=0.1)

    def _answers(self, number: int) -> bool:
        assert self.masters[number].poll() is None, f"gunicorn did not start: {self.log.read_text()[-3000:]}"
        return page_answers(HOST, self.port + number)

    def reported(self) -> list[str]:
        """What the ledger was told: ``shown <id>`` and ``received <id>``."""
        return [line for line in self.log.read_text().splitlines() if line.startswith(("shown", "received"))]

    def visitor(self, who: str, number: int = 0) -> Visitor:
        """Somebody signed in at one of them."""
        return Visitor(self.url(number)).sign_in(who)


@contextmanager
def running_webs(settings: Settings, data_dir: Path, count: int = 1, *words: str, **environment: str) -> Iterator[Webs]:
    """Start ``count`` gunicorns of one worker each; ``words`` are options of theirs. They end with the block."""
    port = free_port(beside=tuple(range(1, count)))
    theirs = replace(settings, data_dir=data_dir, port=port, web_processes=count, public_url=f"http://{HOST}:{port}")
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "web.log"
    env = environment_of(theirs) | environment
    webs = Webs(port, log, lambda number: _start(port + number, log, env, words))
    try:
        webs.masters.extend(webs.start(number) for number in range(count))
        for number in range(count):
            webs.wait_for(number)
        yield webs
    finally:
        for master in webs.masters:
            master.kill()
            master.wait()


def _start(port: int, log: Path, env: dict[str, str], words: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), "9", sys.executable, "-m", "gunicorn"]
    options = ["-c", str(GUNICORN_CONFIG), "--bind", f"{HOST}:{port}", *words, "tests.live.serve:app"]
    with log.open("ab") as output:
        return subprocess.Popen([*leashed, *options], cwd=ROOT, env=env, stdout=output, stderr=output)
