"""A command that the supervisor keeps running, and the process that it is at the moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.processes import leash

STEADY_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0


@dataclass(frozen=True)
class Program:
    """What to run. ``grace``: seconds between being asked to end and being ended."""

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool] = lambda: True
    runs_once: bool = False
    grace: float = 3.0


@dataclass
class Child:
    """One program as a process: started, ended, started again after a pause that grows while it keeps dying."""

    program: Program
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    was_ready: bool = False
    quick_deaths: int = 0
    started_at: float = field(default=0.0)
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a process group of its own: Ctrl-C in the terminal is the supervisor's to pass on, in order."""
        command = (sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(int(signal.SIGKILL)))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, *self.program.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def has_succeeded(self) -> bool:
        return self.process is not None and self.process.poll() == 0

    def is_ready(self) -> bool:
        """Whether what depends on it may start. Once ready, always ready: later deaths are the restart's affair."""
        if not self.was_ready:
            done = self.has_succeeded if self.program.runs_once else self.is_alive
            self.was_ready = done and self.program.is_ready()
        return self.was_ready

    def bury(self) -> str:
        """Note a death, end what it left behind, say how it died, and plan its return."""
        status = self.process.wait() if self.process else 0
        self.kill()
        self.process = None
        if time.monotonic() - self.started_at >= STEADY_SECONDS:
            self.quick_deaths = 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.quick_deaths)
        self.quick_deaths += 1
        self.start_again_at = time.monotonic() + pause
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"

    def ask_to_end(self) -> None:
        if self.process is not None and self.is_alive:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group: a killed gunicorn would leave its workers on the port."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
            self.process.wait()

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, indented, to be shown beside the news of its death."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4000))
            tail = log.read().decode(errors="replace").splitlines()[-lines:]
        return "".join(f"\n    {line}" for line in tail)
