"""Finds a Chromium, and watches what its pages do: no violation of the CSP, no script error, no foreign request."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, Request

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Runs before the page's own scripts. The event also tells of what is blocked without a line in the console.
REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', event => console.error(
  'CSP violation: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))
"""


class ChromiumMissingError(RuntimeError):
    """There is no Chromium and none can be installed; the message says what to do."""


def find_chromium(playwright: Playwright) -> str:
    """A Chromium's path, installed if need be. Raises ChromiumMissingError."""
    with (Path(tempfile.gettempdir()) / f"belfry-chromium-{os.geteuid()}.lock").open("w") as turn:
        flock(turn, LOCK_EX)  # test processes start together, and one of them may have to install it
        found = next(_candidates(playwright), None)
        if found is None:
            _install()
            found = next(_candidates(playwright), None)
    if found is None:
        raise ChromiumMissingError(
            "The browser tests need a Chromium, and none could be installed. Install one (apt-get install chromium, or "
            f"{sys.executable} -m playwright install --with-deps chromium), or set CHROMIUM to its path."
        )
    return found


def _candidates(playwright: Playwright) -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise ChromiumMissingError(f"CHROMIUM={named}: there is no program of that name")
        yield named
    yield from filter(None, map(shutil.which, NAMES))
    if os.access(playwright.chromium.executable_path, os.X_OK):
        yield playwright.chromium.executable_path


def _install() -> None:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.insert(0, ["apt-get", "install", "-y", "-q", "chromium"])
    for command in ways:
        if subprocess.run(command, check=False).returncode == 0:
            return


class Watch:
    """Everything that a context's pages did which no page of ours may do."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        self._own: set[str] = set()
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self._requested)
        context.on("page", self._opened)

    def allow(self, url: str) -> None:
        """Pages may talk to the origin of ``url``."""
        self._own.add(urlsplit(url).netloc)

    def _opened(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._went_to(socket.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if "CSP violation" in message.text or "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _requested(self, request: Request) -> None:
        self._went_to(request.url)

    def _went_to(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc not in self._own:
            self.faults.append(f"foreign request: {url}")
