"""That a sync precedes every "it was sent", as the kernel sees it. Needs strace, and the right to use it."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest

from app import create_app
from app.settings import Settings
from tests.faults.crowd import settle
from tests.faults.engine import WEB, Engine, running_engine
from tests.support.databases import SqliteDatabase
from tests.support.migrations import migrate
from tests.support.patience import eventually
from tests.support.ports import free_port
from tests.support.postgres import APP, OWNER, private_cluster
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

pytestmark = [pytest.mark.faults, pytest.mark.slow]
POSTS = 5
CALLS = "trace=fsync,fdatasync,recvfrom,sendto,write,writev"
ASKED = re.compile(r'(?:recvfrom|read)\(.*"POST /notifications/new')
SYNCED = re.compile(r"f(?:data)?sync\(.*= 0$|<\.\.\. f(?:data)?sync resumed>.*= 0$")
TOLD = re.compile(r'(?:sendto|write|writev)\(.*"HTTP/1\.1 303 ')


@contextmanager
def watched(pids: list[int], log: Path) -> Iterator[None]:
    """What these processes and their threads ask of the kernel, in one file, in order."""
    named = [word for pid in pids for word in ("-p", str(pid))]
    tracer = subprocess.Popen(["strace", "-f", "-s", "60", "-e", CALLS, "-o", str(log), *named], stderr=subprocess.PIPE)
    assert tracer.stderr
    attached = tracer.stderr.readline()
    if b"attached" not in attached:
        tracer.wait()
        pytest.skip(f"strace may not be used here: {attached.decode(errors='replace')}")
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_bar_21_a_sync_precedes_every_answer_that_says_it_was_sent(
    backend: str, valkey: Valkey, sink: Sink, tmp_path: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is missing: install it to see the kernel's side")
    with ExitStack() as stack:
        servers: list[int] = []
        if backend == "sqlite":
            database = SqliteDatabase.in_directory(tmp_path)
            database.reset()
            url = owner = database.url
        else:
            cluster = stack.enter_context(private_cluster(durable=True))
            cluster.create("synced")
            url, owner = cluster.url("synced", APP), cluster.url("synced", OWNER)
        named = {"DATA_DIR": str(tmp_path), "REDIS_URL": valkey.url, "MAIL_SERVER": sink.url, "PORT": str(free_port())}
        settings = Settings.from_env(named | {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner})
        if backend == "postgresql":
            migrate(settings)
        with create_app(settings).app_context():
            settle(3)
        engine = Engine(settings, tmp_path / "log", has_workers=False)
        stack.enter_context(running_engine(engine))
        margaret = engine.visitor().sign_in("margaret")
        if backend == "postgresql":
            with cluster.connect() as server:
                servers = [
                    pid for (pid,) in server.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                ]
        web = [child.pid for child in psutil.Process(engine.processes[WEB].pid).children()]
        log = tmp_path / "calls"
        with watched([*web, *servers], log):
            for number in range(POSTS):
                fields = {"category": "announcement", "priority": "normal", "title": f"Number {number}"}
                margaret.post_form("/notifications/new", include=["role:teacher"], **fields)
                assert margaret.press("/notifications/new").status_code == HTTPStatus.SEE_OTHER
            eventually(lambda: len(told(log)) >= POSTS, 10, "the trace")
        answers = told(log)
    print(f"bar 21, {backend}: {len(answers)} answers, a sync before each: {all(answers)}")
    assert len(answers) == POSTS
    assert all(answers)


def told(log: Path) -> list[bool]:
    """For each "it was sent": whether anything was synced since the request for it came in."""
    answers, is_synced = [], False
    for line in log.read_text(errors="replace").splitlines():
        if ASKED.search(line):
            is_synced = False
        elif SYNCED.search(line):
            is_synced = True
        elif TOLD.search(line):
            answers.append(is_synced)
    return answers
