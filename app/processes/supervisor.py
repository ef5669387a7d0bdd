"""Starts programs stage by stage, starts again what dies, and ends them all in reverse order."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.processes import logs
from app.processes.program import Child, Program

STARTING_SECONDS = 120.0
TRIES_BEFORE_READY = 3
END_WITHIN = 9.0
TRIM_EVERY = 60.0
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Keeps programs alive. Must run in the main thread, and start them from it: the leash hangs on the thread.

    ``when_up`` is called once every stage is ready; ``say`` gets each line for the person at the terminal.
    """

    def __init__(
        self,
        stages: Sequence[Sequence[Program]],
        log_dir: Path,
        say: Callable[[str], None],
        when_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._stages = [[Child(program, logs.begin(log_dir, program.name)) for program in stage] for stage in stages]
        self._say, self._when_up = say, when_up
        self._begun: list[list[Child]] = []
        self._asked_to_end = 0
        self._trimmed_at = time.monotonic()

    def run(self) -> int:
        """Run until asked to end: 0; or until the start fails: 1. Leaves no process behind in either case."""
        with self._signals() as alarm:
            try:
                if not all(self._bring_up(stage, alarm) for stage in self._stages):
                    return 0 if self._asked_to_end else 1
                self._when_up()
                while not self._asked_to_end:
                    self._tend(alarm)
                return 0
            finally:
                self._bring_down(alarm)

    def _bring_up(self, stage: list[Child], alarm: int) -> bool:
        self._begun.append(stage)
        for child in stage:
            child.start()
        give_up_at = time.monotonic() + STARTING_SECONDS
        while not all(child.is_ready() for child in stage):
            if self._asked_to_end:
                return False
            for child in stage:
                if _is_hopeless(child) or (time.monotonic() > give_up_at and not child.was_ready):
                    self._say(f"{child.program.name} does not start; see {child.log}{child.last_words(12)}")
                    return False
            self._tend(alarm, seconds=0.05)
        return True

    def _tend(self, alarm: int, seconds: float = 1.0) -> None:
        """Sleep until a signal comes or the time is over, then look after every child."""
        _sleep(alarm, min(seconds, *(0.1 if child.process is None else seconds for child in self._children())))
        for child in self._children():
            self._look_after(child)
        if time.monotonic() > self._trimmed_at + TRIM_EVERY:
            self._trimmed_at = time.monotonic()
            for child in self._children():
                logs.trim(child.log)

    def _look_after(self, child: Child) -> None:
        if child.program.runs_once or child.is_alive or self._asked_to_end:
            return
        if child.process is not None:
            how = child.bury()
            self._say(f"{child.program.name} ended ({how}) and is started again; see {child.log}{child.last_words()}")
        elif time.monotonic() >= child.start_again_at:
            child.start()

    def _bring_down(self, alarm: int) -> None:
        end_by = time.monotonic() + END_WITHIN
        for stage in reversed(self._begun):
            self._end(stage, end_by, alarm)

    def _end(self, stage: list[Child], end_by: float, alarm: int) -> None:
        for child in stage:
            child.ask_to_end()
        patience = min(end_by, time.monotonic() + max(child.program.grace for child in stage))
        while any(child.is_alive for child in stage) and time.monotonic() < patience:
            if self._asked_to_end > 1:  # Ctrl-C twice: at once
                break
            _sleep(alarm, 0.05)
        for child in stage:
            child.kill()

    def _children(self) -> list[Child]:
        return [child for stage in self._begun for child in stage]

    @contextmanager
    def _signals(self) -> Iterator[int]:
        """A file descriptor that becomes readable when a signal arrives, so that nothing has to be polled fast."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        before = {number: signal.signal(number, self._ask_to_end) for number in ENDING}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        old_fd = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        try:
            yield reading
        finally:
            signal.set_wakeup_fd(old_fd)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reading)
            os.close(writing)

    def _ask_to_end(self, *_: object) -> None:
        self._asked_to_end += 1


def _sleep(alarm: int, seconds: float) -> None:
    if select.select([alarm], [], [], seconds)[0]:
        os.read(alarm, 4096)


def _is_hopeless(child: Child) -> bool:
    """Whether waiting longer is of no use before it was ever ready."""
    if child.program.runs_once:
        return not child.is_alive and not child.has_succeeded
    return not child.was_ready and child.quick_deaths >= TRIES_BEFORE_READY
