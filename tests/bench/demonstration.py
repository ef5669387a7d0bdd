"""A Belfry of its own for benchmarks of pages: the demo district, as ``make run`` serves it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from app.processes.programs import page_answers
from tests.support.entering import sign_in
from tests.support.patience import eventually
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Demonstration:
    """Where it is served, and who may sign in."""

    url: str
    people: list[dict[str, str]]

    def signed_in(self, browser: Browser, name: str) -> BrowserContext:
        """A browser in which somebody of the demo has signed in; its cache is full of what that took."""
        context = browser.new_context()
        self.sign_in(context, name)
        return context

    def sign_in(self, context: BrowserContext, name: str) -> None:
        one = next(person for person in self.people if person["name"].startswith(name))
        page = context.new_page()
        page.goto(f"{self.url}/login")
        sign_in(page, one["email"], one["password"])
        page.wait_for_url("**/inbox")
        page.close()


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    port = free_port(beside=(25,))
    with tempfile.TemporaryDirectory() as directory:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        environment = kept | {"DATA_DIR": directory, "HOST": HOST, "PORT": str(port)}
        command = [sys.executable, "-m", "app.processes"]
        supervisor = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            eventually(lambda: page_answers(HOST, port), 120, "the demo", every=0.5)
            people = json.loads((Path(directory) / "demo-accounts.json").read_text())
            yield Demonstration(f"http://{HOST}:{port}", people)
        finally:
            supervisor.terminate()
            supervisor.wait(30)
