"""The support of the tests is itself put to the test: what it watches for, it finds; what it starts, it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support import nagging
from tests.support.patience import eventually

ROOT = Path(__file__).parents[2]
CSP = "default-src 'self'"
GOOD = """<!doctype html><html lang="en"><head><title>Inbox</title></head><body><h1>Inbox</h1>
<form method="post"><input type="hidden" name="csrf_token" value="t"><label for="q">Search</label><input id="q"></form>
<svg aria-hidden="true"><use href="/static/icons.svg#bell"/></svg><p>None of them was read.</p></body></html>"""


def faults_of(html: str, csp: str = CSP) -> list[str]:
    root, broken = nagging.parse_page(html)
    return [*broken, *nagging.faults_of_page(root, csp)]


def test_a_good_page_has_no_faults() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ("<title>Inbox</title>", "<title> </title>", "title"),
        (' lang="en"', "", "lang"),
        ("<h1>Inbox</h1>", "<h2>Inbox</h2>", "h1"),
        ("<h1>Inbox</h1>", "<h1>Inbox</p></h1>", "unexpected-end-tag"),
        ('<label for="q">Search</label>', "", "label"),
        ("<p>None", '<p id="q">None', "'q' stands 2 times"),
        ("<p>None", '<img src="x.png"><p>None', "alt"),
        ('value="t"', 'value=""', "csrf_token"),
        ("<p>None", '<p style="color:red">None', "inline style"),
        ("<p>None", '<p onclick="x()">None', "inline onclick"),
        ("<p>None", '<p hx-on:click="x()">None', "inline hx-on"),
        ("<p>None", "<script>x()</script><p>None", "inline <script>"),
        ("<p>None", '<a href="javascript:x()">go</a><p>None', "javascript:"),
        ("<p>None of them was read.", "<p>Hello None", "None"),
        ("<p>None", "<p>{{ name }} None", "{{"),
        ("<p>None", '<p aria-labelledby="nothing">None', "points to nothing"),
    ],
)
def test_a_fault_is_named(good: str, bad: str, named: str) -> None:
    assert any(named in fault for fault in faults_of(GOOD.replace(good, bad, 1)))


@pytest.mark.parametrize("csp", ["", "default-src *", "default-src 'self'; script-src 'unsafe-inline'"])
def test_a_page_without_a_strict_policy_is_a_fault(csp: str) -> None:
    assert faults_of(GOOD, csp)


def test_a_killed_run_leaves_no_server_behind() -> None:
    """kill -9 runs no ending of ours: the keeper sees that nobody holds the cluster, the kernel ends Valkey."""
    script = (
        "from tests.support.postgres import shared_cluster; from tests.support.valkey import Valkey\n"
        "c = shared_cluster('killed'); v = Valkey().start()\n"
        "print(c.pid, v.pid, c.directory, flush=True); input()"
    )
    run = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert run.stdout
    postgres, valkey, directory = run.stdout.readline().decode().split()
    assert psutil.pid_exists(int(postgres))
    assert psutil.pid_exists(int(valkey))
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    run.stdout.close()
    eventually(lambda: not psutil.pid_exists(int(postgres)), what="the end of PostgreSQL")
    eventually(lambda: not psutil.pid_exists(int(valkey)), what="the end of Valkey")
    eventually(lambda: not Path(directory).exists(), what="the removal of its directory")
