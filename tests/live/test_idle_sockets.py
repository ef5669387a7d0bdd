"""Open sockets cost threads, and nothing else that pages need."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import Settings
from tests.live.webs import running_webs
from tests.support.cast import Cast
from tests.support.screens import Screen


@pytest.mark.alone
def test_bar_41_fifty_idle_sockets_leave_pages_quick_and_the_pool_free(
    settings: Settings, cast: Cast, tmp_path: Path, join: Callable[..., Screen]
) -> None:
    with running_webs(settings, tmp_path / "webs", 1, WEB_THREADS="64", SOCKETS_LIMIT="50") as webs:
        people = [webs.visitor(who) for who in ("priya", "olu", "margaret", "tom", "asha")]
        screens = [join(people[number % 5]) for number in range(50)]
        took, checked_out = [], []
        for number in range(100):
            began = time.monotonic()
            assert people[number % 5].get("/account/sessions").status_code == 200
            took.append(time.monotonic() - began)
            checked_out.append(json.loads(people[0].get("/test/pool").text))
        assert all(screen.is_open for screen in screens)
        assert max(checked_out) <= 2
        assert sorted(took)[94] < 0.2
