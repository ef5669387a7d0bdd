"""A PostgreSQL server to be killed and started again on what it left behind."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass

import psycopg

from tests.support import postgres_keeper
from tests.support.postgres import Cluster
from tests.support.postgres_binaries import find_binaries, within_reach


@dataclass
class Server:
    """Of a private cluster: the keeper that began it goes on to remove it in the end."""

    cluster: Cluster
    process: "subprocess.Popen[bytes] | None" = None

    def kill(self) -> None:
        """As if the power of its machine were cut: no backend says goodbye."""
        if self.process:
            self.process.kill()
            self.process.wait()
        else:
            os.kill(self.cluster.pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it on the same port, and wait until it answers."""
        binaries = within_reach(find_binaries(), self.cluster.directory)
        until = time.monotonic() + 30
        while True:
            if self.process is None or self.process.poll() is not None:
                # It refuses to start while a backend of the one before is still about to notice its death.
                self.process = postgres_keeper.start(binaries, self.cluster.directory, self.cluster.port, durable=False)
            try:
                self.cluster.connect().close()
            except psycopg.OperationalError:
                assert time.monotonic() < until, "PostgreSQL does not start again"
                time.sleep(0.1)
            else:
                return

    def end(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
