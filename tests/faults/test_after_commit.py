"""Killed between the commit and the bell, the web process loses a bell and no message."""

import http.client
from pathlib import Path

import pytest

from app.settings import Settings
from tests.journeys.acts import ledger, raise_alarm
from tests.support.cast import Cast
from tests.support.patience import eventually
from tests.support.site import WEB, running_site
from tests.support.smtp import Sink

pytestmark = [pytest.mark.faults, pytest.mark.alone]


def test_bar_06_killed_between_commit_and_bell_everything_is_sent_within_a_minute(
    settings: Settings, cast: Cast, sink: Sink, tmp_path: Path
) -> None:
    with running_site(settings, tmp_path / "site", FAIL_AFTER_COMMIT="1") as site:
        before = {process.pid for process in site.processes(WEB)}
        margaret = site.visitor("margaret")
        with pytest.raises((http.client.HTTPException, OSError)):
            raise_alarm(margaret, cast)
        sink.wait_for(1, within=60, to="priya@belfry.example")
        eventually(lambda: ledger(site.settings, cast.priya.id).get("email") == "sent", 10, "the ledger's word")
        assert max(sink.copies().values()) == 1
        assert {process.pid for process in site.processes(WEB)} != before, "nobody was killed: the test showed nothing"
