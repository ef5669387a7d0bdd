"""Belfry's processes, each by itself, to be killed, frozen, asked to end and started again: nobody tends to them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.kernel.jobs import Lane
from app.processes import leash
from app.processes.programs import GUNICORN_CONFIG, page_answers
from app.settings import Settings
from tests.support.patience import eventually
from tests.support.site import ROOT, environment_of
from tests.support.visitors import Visitor

WEB, CLOCK = "web", "clock"
LEASHED = (sys.executable, "-I", "-S", leash.__file__)


@dataclass
class Engine:
    """``lease``: seconds that a lease lasts; None for the processes as they are in production. ``skews``: by how many
    seconds somebody's clock is wrong, which goes with a ``lease`` only.
    """

    settings: Settings
    log: Path
    mail_workers: int = 2
    lease: float | None = None
    has_workers: bool = True
    skews: dict[str, float] = field(default_factory=dict)
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def mail(self) -> list[str]:
        return [f"mail-{number}" for number in range(self.mail_workers)]

    @property
    def workers(self) -> list[str]:
        if not self.has_workers:
            return []
        return [*self.mail, Lane.URGENT_MAIL.value, Lane.ALERTS.value, Lane.BULK.value, CLOCK]

    def whole(self) -> None:
        """Have everybody at work, and the web answering."""
        self.start(*(name for name in (WEB, *self.workers) if not self.is_alive(name)))
        eventually(lambda: page_answers(self.settings.host, self.settings.port), 180, "the web", every=0.1)

    def start(self, *names: str) -> None:
        environment = environment_of(self.settings) | ({"HURRY": str(self.lease)} if self.lease else {})
        for name in names:
            skew = {"SKEW": str(self.skews[name])} if name in self.skews else {}
            with self.log.open("ab") as output:
                self.processes[name] = subprocess.Popen(
                    [*LEASHED, str(os.getpid()), "9", *self._command(name)],
                    cwd=ROOT,
                    env=environment | skew,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )

    def is_alive(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def kill(self, *names: str) -> None:
        """As if the power were cut, all in the same moment."""
        for name in names:
            self.processes[name].kill()
        for name in names:
            self.processes[name].wait()

    def freeze(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGCONT)

    def stop(self, *names: str, within: float = 30.0) -> list[int]:
        """Ask them to end, all at once; their exit codes. Raises TimeoutExpired for one that takes longer."""
        for name in names:
            self.processes[name].terminate()
        return [self.processes[name].wait(within) for name in names]

    def visitor(self) -> Visitor:
        return Visitor(f"http://{self.settings.host}:{self.settings.port}")

    def _command(self, name: str) -> list[str]:
        lane = "mail" if name.startswith("mail-") else name
        hurried = "tests.faults.hurried"
        if name == WEB:
            what = f"{hurried}:app" if self.lease else "wsgi:app"
            return [sys.executable, "-m", "gunicorn", "-c", str(GUNICORN_CONFIG), what]
        if self.lease:
            return [sys.executable, "-m", hurried, *(["clock"] if name == CLOCK else ["worker", lane])]
        module = "app.processes.clock" if name == CLOCK else "app.processes.worker"
        return [sys.executable, "-m", module, *([] if name == CLOCK else [lane])]


@contextmanager
def running_engine(engine: Engine) -> Iterator[Engine]:
    """Everybody at work, until the block ends."""
    try:
        engine.whole()
        yield engine
    finally:
        for process in engine.processes.values():
            process.kill()
        for process in engine.processes.values():
            process.wait()
