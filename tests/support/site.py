"""All of Belfry as it really runs: the supervisor and its web, worker and clock processes, on a test's database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import DEVNULL, STDOUT

import psutil
from sqlalchemy import NullPool, create_engine, select

from app.kernel.duties import heartbeat_of
from app.kernel.heartbeats import Heartbeat
from app.processes import leash
from app.processes.programs import page_answers
from app.settings import LANES, Settings
from tests.support.patience import eventually
from tests.support.ports import free_port
from tests.support.visitors import Visitor

ROOT = Path(__file__).parents[2]
START_WITHIN = 60.0
WEB = "gunicorn"
EXPECTED = {heartbeat_of(lane) for lane in LANES} | {"clock"}


@dataclass(frozen=True)
class Site:
    """A running Belfry. ``settings`` are what its processes read."""

    settings: Settings
    supervisor: "subprocess.Popen[bytes]"

    def url(self, number: int = 0) -> str:
        """The address of one of its web processes."""
        return f"http://{self.settings.host}:{self.settings.port + number}"

    def visitor(self, who: str | None = None, number: int = 0) -> Visitor:
        """Somebody with a browser of their own at one of the web processes, signed in when named."""
        visitor = Visitor(self.url(number))
        return visitor.sign_in(who) if who else visitor

    def processes(self, words: str) -> list[psutil.Process]:
        """Those whose command line holds ``words``: ``WEB``, ``"worker urgent_mail"``, ``"processes.clock"``."""
        found = []
        for process in psutil.Process(self.supervisor.pid).children(recursive=True):
            try:
                if words in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return found

    def kill(self, words: str) -> None:
        """Kill these as if the power were cut; the supervisor starts them again."""
        victims = self.processes(words)
        assert victims, f"nothing runs that is called {words}"
        for victim in victims:
            victim.kill()

    def logs(self) -> dict[str, str]:
        """The end of what each process has written, by name."""
        return {
            path.stem: path.read_text(errors="replace")[-6000:]
            for path in sorted((self.settings.data_dir / "log").glob("*"))
        }

    def end(self) -> None:
        """End it the quick way: the death of the supervisor must leave no process behind."""
        others = psutil.Process(self.supervisor.pid).children(recursive=True) if self.supervisor.poll() is None else []
        self.supervisor.kill()
        self.supervisor.wait()
        _gone, alive = psutil.wait_procs(others, timeout=10)
        for process in alive:
            process.kill()
        assert not alive, f"these outlived their supervisor: {alive}"


@contextmanager
def running_site(settings: Settings, data_dir: Path, **environment: str) -> Iterator[Site]:
    """Start Belfry with two web processes on the database, Redis and relay of ``settings``; end it with the block.

    The database must hold somebody already: an empty one would be filled with the demo.
    """
    port = free_port(beside=(1, 25))
    theirs = replace(settings, data_dir=data_dir, port=port, web_processes=2, public_url=f"http://127.0.0.1:{port}")
    command = [sys.executable, leash.__file__, str(os.getpid()), "15", sys.executable, "-m", "app.processes"]
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "said").open("wb") as said:
        environment = environment_of(theirs) | environment
        supervisor = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=DEVNULL, stdout=said, stderr=STDOUT)
    site = Site(theirs, supervisor)
    try:
        eventually(lambda: _is_up(site), START_WITHIN, "Belfry's start", every=0.2)
        yield site
    finally:
        site.end()


def _is_up(site: Site) -> bool:
    ended = site.supervisor.poll()
    assert ended is None, f"Belfry ended with {ended}: {(site.settings.data_dir / 'said').read_text()}"
    host, port = site.settings.host, site.settings.port
    return all(page_answers(host, port + number) for number in range(2)) and _heard_of(site.settings) >= EXPECTED


def _heard_of(settings: Settings) -> set[str]:
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        names = set(connection.execute(select(Heartbeat.name)).scalars())
    return {"clock" if name.startswith("clock:") else name for name in names}


def environment_of(settings: Settings) -> dict[str, str]:
    """What makes ``Settings.from_env`` give these settings; of the test's own environment only what finds programs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    return kept | {
        "DATA_DIR": str(settings.data_dir),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "PUBLIC_URL": settings.public_url,
        "WEB_PROCESSES": str(settings.web_processes),
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "REDIS_URL": settings.redis_url,
        "MAIL_SERVER": settings.mail_server,
        "SECRET_KEY": settings.secret_key,
    }
