"""Lighthouse on its phone profile: the inbox of a parent in the demo, signed in, nothing kept yet.

Lighthouse comes from npm into build/, once. Without Node this says so and measures nothing.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.bench.demonstration import demonstration
from tests.bench.figures import Figure
from tests.support.browser import ARGUMENTS, find_chromium
from tests.support.ports import free_port

FOLDER = Path(__file__).parents[2] / "build" / "lighthouse"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
PACKAGE = "lighthouse@12"
ROUNDS = 3
MAY_MISS = 5
CATEGORIES = ("performance", "accessibility", "best-practices")


def measure() -> Iterator[Figure]:
    """What is missing of 100 points, the median of some rounds: a goal of 95 is at most 5 missing."""
    if not _is_installed():
        return
    with demonstration() as demo, sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        port = free_port()
        # A profile that Lighthouse may open a tab in: it empties the cache, and lets cookies be.
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_chromium(playwright), args=[*ARGUMENTS, f"--remote-debugging-port={port}"]
        )
        demo.sign_in(browser, "Priya")
        rounds = [_looked(f"{demo.url}/inbox", port) for _ in range(ROUNDS)]
        browser.close()
    for category in CATEGORIES:
        scores = [100 * report["categories"][category]["score"] for report in rounds]
        is_wanted = category != "best-practices"
        name = f"lighthouse_{category.replace('-', '_')}_missing"
        yield Figure(name, 100 - median(scores), "points", goal=MAY_MISS if is_wanted else None, peer="of 100")
    paint = median(report["audits"]["largest-contentful-paint"]["numericValue"] for report in rounds)
    yield Figure("lighthouse_largest_paint", paint / 1000, "s", peer="slow 4G, a phone four times slower")
    for audit in rounds[0]["audits"].values():
        if audit.get("score") is not None and audit["score"] < 0.9:
            print(f"  {audit['score']:.2f}  {audit['title']} {audit.get('displayValue', '')}")


def _looked(url: str, port: int) -> dict[str, Any]:
    """One report, by the browser that listens on ``port``."""
    words = [
        str(PROGRAM), url, "--quiet", "--output=json", "--output-path=stdout", f"--port={port}",
        f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    said = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    report: dict[str, Any] = json.loads(said.stdout)
    if not report["finalDisplayedUrl"].endswith("/inbox"):
        raise RuntimeError(f"Lighthouse saw {report['finalDisplayedUrl']}: it is not signed in")
    return report


def _is_installed() -> bool:
    if PROGRAM.exists():
        return True
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        print(
            "Lighthouse needs Node.js 18.20 or newer with npm, which is not here: nothing was measured.",
            file=sys.stderr,
        )
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    words = [
        npm,
        "install",
        "--prefix",
        str(FOLDER),
        "--no-save",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        PACKAGE,
    ]
    return subprocess.run(words, check=False).returncode == 0
