"""What happens reaches open pages: at once by a bell, in five seconds without one, and never not."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from app.live.page import CURSOR_HEADER
from app.realtime.kinds import CloseCode
from app.settings import Settings
from tests.live.notices import ALERT
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast
from tests.support.patience import eventually
from tests.support.screens import Screen
from tests.support.valkey import Valkey
from tests.support.visitors import Visitor

Join = Callable[..., Screen]
Happen = Callable[..., str]


def cursor_now(visitor: Visitor) -> str:
    """The cursor of a page that is rendered now."""
    return visitor.get("/live/since", headers={"HX-Request": "true"}).headers[CURSOR_HEADER]


def test_it_reaches_every_page_of_the_person_on_both_processes_and_nobody_else(
    webs: Webs, join: Join, happen: Happen
) -> None:
    priya, olu = webs.visitor("priya"), webs.visitor("olu")
    hers = [join(priya), join(priya), join(priya, base_url=webs.url(1))]
    others = join(olu)
    began = time.monotonic()
    words, for_all = happen(to="priya"), happen()
    for screen in hers:
        screen.wait_for(words)
        screen.wait_for(for_all)
        assert screen.arrived_at(words) - began < 5
        assert "".join(screen.texts).count(words) == 1
    others.wait_for(for_all)
    assert not any(words in text for text in others.texts)


def test_each_message_says_how_far_the_page_has_got(web: Webs, join: Join, happen: Happen) -> None:
    priya = web.visitor("priya")
    with join(priya) as screen:
        text = screen.wait_for(happen(to="priya"))
    missed = happen(to="priya")
    cursor = text.partition('data-cursor="')[2].partition('"')[0]
    later = join(priya, cursor=cursor)
    assert later.wait_for(missed)
    assert text.partition("[")[2][:36] not in "".join(later.texts)


def test_a_page_of_another_history_is_told_to_reload(web: Webs, join: Join) -> None:
    assert join(web.visitor("priya"), cursor="0" * 32 + ".0").wait_for("data-reload")


def test_bar_36_nothing_is_missed_between_the_page_and_its_socket(webs: Webs, join: Join, happen: Happen) -> None:
    race(webs, join, happen, runs=50)


@pytest.mark.slow
def test_bar_36_in_full(webs: Webs, join: Join, happen: Happen) -> None:
    race(webs, join, happen, runs=500)


def race(webs: Webs, join: Join, happen: Happen, runs: int) -> None:
    """Page rendered, message on its way, socket opened up to 500 ms later: before, while and after it is committed."""
    chance, priya, missed = Random(36), webs.visitor("priya"), []
    for _ in range(runs):
        cursor = cursor_now(priya)
        said: list[str] = []
        sender = threading.Timer(chance.uniform(0, 0.1), lambda said=said: said.append(happen(to="priya")))
        sender.start()
        time.sleep(chance.choice([0, chance.uniform(0, 0.15), chance.uniform(0, 0.5)]))
        with join(priya, cursor=cursor, base_url=webs.url(chance.randrange(2))) as screen:
            sender.join()
            try:
                screen.wait_for(said[0], within=10)
            except AssertionError:
                missed.append(said[0])
    assert missed == []


@pytest.mark.alone
def test_without_redis_it_takes_five_seconds(web: Webs, join: Join, happen: Happen, valkey: Valkey) -> None:
    screen = join(web.visitor("priya"))
    valkey.kill()
    began = time.monotonic()
    words = happen(to="priya")
    screen.wait_for(words, within=8)
    assert screen.arrived_at(words) - began <= 6


@pytest.mark.alone
def test_with_a_redis_that_hangs_it_takes_no_longer(web: Webs, join: Join, happen: Happen, valkey: Valkey) -> None:
    screen = join(web.visitor("priya"))
    valkey.freeze()
    began = time.monotonic()
    words = happen(to="priya")
    screen.wait_for(words, within=15)
    assert screen.arrived_at(words) - began <= 8


def test_bells_are_heard_again_after_redis_came_back(web: Webs, join: Join, happen: Happen, valkey: Valkey) -> None:
    screen = join(web.visitor("priya"))
    screen.wait_for(happen(to="priya"))
    valkey.restart()
    eventually(lambda: valkey.client().pubsub_numsub("belfry:live")[0][1] == 1, within=20)
    # The breaker of whoever rings is open for up to 5 s after Redis went; then the bell is as quick as before.
    time.sleep(5)
    began = time.monotonic()
    words = happen(to="priya")
    screen.wait_for(words)
    assert screen.arrived_at(words) - began < 5


@pytest.mark.alone
def test_a_new_sign_in_closes_the_pages_of_the_old_session_on_both_processes(webs: Webs, join: Join) -> None:
    old = webs.visitor("priya")
    screens = [join(old), join(old, base_url=webs.url(1))]
    webs.visitor("priya", 1)
    for screen in screens:
        assert screen.close_code(within=2) == CloseCode.SIGNED_OUT
        assert 'id="signed-out"' in screen.texts[-1]


def test_bar_34_without_redis_it_is_closed_all_the_same(web: Webs, join: Join, valkey: Valkey) -> None:
    old = web.visitor("priya")
    screen = join(old)
    valkey.kill()
    web.visitor("priya")
    assert screen.close_code(within=10) == CloseCode.SIGNED_OUT


def test_a_session_that_runs_out_of_time_loses_its_socket(
    web: Webs, join: Join, make_expired: Callable[[str], None]
) -> None:
    screen = join(web.visitor("priya"))
    make_expired("priya")
    assert screen.close_code(within=11) == CloseCode.SIGNED_OUT


def test_when_the_process_ends_pages_are_told_to_come_back(web: Webs, join: Join, happen: Happen) -> None:
    priya, olu = web.visitor("priya"), web.visitor("olu")
    screens = [join(priya), join(olu), join(priya)]
    screens[0].wait_for(happen())
    began = time.monotonic()
    web.masters[0].terminate()
    assert {screen.close_code() for screen in screens} == {CloseCode.RESTART}
    web.masters[0].wait(10)
    assert time.monotonic() - began < 10


def test_an_alert_counts_as_shown_when_it_was_written_and_as_received_when_the_page_says_so(
    web: Webs, join: Join, happen: Happen
) -> None:
    screen = join(web.visitor("priya"))
    words = happen(to="priya", kind=ALERT)
    screen.wait_for(words)
    screen.send(receipts=[words.strip("[]")])
    said = [f"{what} {words.strip('[]')}" for what in ("shown", "received")]
    eventually(lambda: len(web.reported()) >= 2, within=20)
    assert web.reported() == said


def test_under_gevent_as_well(settings: Settings, cast: Cast, tmp_path: Path, join: Join, happen: Happen) -> None:
    with running_webs(settings, tmp_path / "webs", 1, "--worker-class", "gevent", WEB_THREADS="200") as web:
        priya, olu = web.visitor("priya"), web.visitor("olu")
        screens = [join(priya) for _ in range(8)] + [join(olu) for _ in range(8)]
        began = time.monotonic()
        said = [happen() for _ in range(20)]
        for screen in screens:
            screen.wait_for(said[-1])
            assert screen.arrived_at(said[0]) - began < 5
            together = "".join(screen.texts)
            assert sorted(said, key=together.index) == said
        screens[0].send_text("x" * 70_000)
        assert screens[0].close_code() == CloseCode.TOO_BIG
        web.visitor("priya")
        assert {screen.close_code(2) for screen in screens[1:8]} == {CloseCode.SIGNED_OUT}
        web.masters[0].terminate()
        assert {screen.close_code() for screen in screens[8:]} == {CloseCode.RESTART}
        web.masters[0].wait(10)
