"""Fixtures: a web process alone, for pages that need no workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast


@pytest.fixture
def web(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    """One web process with the cast in it."""
    with running_webs(settings, tmp_path / "web") as running:
        yield running
