"""Whatever is killed, frozen or cut off while mail goes out: nobody is missed, and hardly anybody gets it twice.

In ``make test`` a small crowd and leases of some seconds; in ``make soak`` ten thousand people, and the processes as
they are in production. Each prints what it has cost.
"""

import random
import time
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from app.catalogue.kinds import Category
from app.kernel.jobs import Lane
from tests.faults.crowd import in_hand, open_rows, reckon, wait_until_done
from tests.faults.engine import CLOCK, WEB
from tests.faults.scene import FULL, SMALL, Scene, scene
from tests.support.patience import eventually

pytestmark = [pytest.mark.faults]
SEED = 20
PLACES = [
    pytest.param(("postgresql", SMALL), id="postgresql"),
    pytest.param(("sqlite", SMALL), id="sqlite", marks=pytest.mark.slow),
    pytest.param(("postgresql", FULL), id="postgresql-in-full", marks=pytest.mark.slow),
    pytest.param(("sqlite", FULL), id="sqlite-in-full", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module", params=PLACES)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    backend, size = request.param
    with scene(backend, size, tmp_path_factory.mktemp("engine")) as found:
        yield found


def test_bar_01_mail_workers_killed_again_and_again_lose_nobody(stage: Scene) -> None:
    began, chance = stage.begin(), random.Random(SEED)
    sent = stage.crowd.publish("Bar 1")
    for number in range(stage.size.kills):
        stage.half_way((number + 1) / (stage.size.kills + 2))
        victim = chance.choice(stage.engine.mail)
        stage.engine.kill(victim)
        stage.engine.start(victim)
    wait_until_done(sent, 120)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    print(f"bar 1: {stage.size.kills} kills: {toll}")
    assert toll.lost == 0
    assert toll.duplicates <= stage.size.kills


def test_bar_02_everything_killed_at_once_goes_on_where_it_was(stage: Scene) -> None:
    began = stage.begin()
    sent = stage.crowd.publish("Bar 2")
    stage.half_way()
    stage.engine.kill(*stage.engine.processes)
    held = in_hand()
    time.sleep(stage.size.pause)
    stage.engine.whole()
    wait_until_done(sent, stage.recovery)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    print(f"bar 2: all killed with {held} in hand: {toll}")
    assert in_hand() == 0
    assert toll.lost == 0
    assert toll.duplicates <= stage.size.mail_workers


def test_bar_03_a_valkey_that_comes_back_empty_has_taken_no_mail_along(stage: Scene) -> None:
    began = stage.begin()
    sent = stage.crowd.publish("Bar 3")
    stage.half_way()
    stage.valkey.restart()
    wait_until_done(sent, stage.recovery)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    print(f"bar 3: {toll}")
    assert (toll.lost, toll.duplicates) == (0, 0)


def test_bar_04_without_redis_people_sign_in_read_and_send_and_mail_leaves(stage: Scene) -> None:
    stage.begin()
    stage.valkey.kill()
    margaret = stage.engine.visitor().sign_in("margaret")
    assert margaret.get("/inbox").status_code == HTTPStatus.OK
    alarm = stage.crowd.publish("Bar 4: an emergency", Category.EMERGENCY)
    began = time.monotonic()
    stage.sink.wait_for(1, within=15)
    first = time.monotonic() - began
    notice = margaret.post_form(
        "/notifications/new", category="announcement", priority="normal", title="Bar 4", include=["role:teacher"]
    )
    assert notice.status_code == HTTPStatus.OK
    answer = margaret.press("/notifications/new")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    began = time.monotonic()
    seen = len(stage.sink.received)
    wait_until_done(alarm, stage.recovery)
    eventually(
        lambda: any(mail.subject == "Bar 4" for mail in list(stage.sink.received)), 60, "the announcement's mail"
    )
    other = time.monotonic() - began
    margaret.get("/account")
    assert margaret.press("/logout").status_code == HTTPStatus.SEE_OTHER
    print(f"bar 4: without Redis the first emergency mail after {first:.1f} s, an announcement's after {other:.1f} s")
    eventually(lambda: len(stage.sink.received) >= 2 * len(stage.crowd.addresses), 300, "all of both", every=0.2)
    assert seen >= 1
    assert max(stage.sink.copies().values()) == 1


def test_bar_05_a_killed_database_is_a_503_and_all_goes_on_when_it_is_back(stage: Scene) -> None:
    if stage.server is None:
        pytest.skip("SQLite has no server to kill")
    began = stage.begin()
    margaret = stage.engine.visitor().sign_in("margaret")
    web = stage.engine.processes[WEB].pid
    sent = stage.crowd.publish("Bar 5")
    stage.half_way(0.3)
    stage.server.kill()
    try:
        # A backend may answer once more before it notices that its postmaster has gone.
        eventually(lambda: margaret.get("/inbox").status_code == HTTPStatus.SERVICE_UNAVAILABLE, 15, "a 503")
        away = margaret.get("/inbox")
        assert away.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Traceback" not in away.text
        assert "psycopg" not in away.text
    finally:
        stage.server.start()
        stage.reconnect()
    back = time.monotonic()
    eventually(lambda: margaret.get("/inbox").status_code == HTTPStatus.OK, 15, "a page", every=0.2)
    healed = time.monotonic() - back
    assert stage.engine.processes[WEB].pid == web
    assert stage.engine.is_alive(WEB)
    wait_until_done(sent, stage.recovery)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    print(f"bar 5: pages again after {healed:.1f} s; {toll}")
    assert toll.lost == 0
    assert toll.duplicates <= stage.size.mail_workers


def test_bar_12_a_database_that_swallows_packets_is_given_up_and_holds_nobody(stage: Scene) -> None:
    if stage.road is None:
        pytest.skip("SQLite is reached over no network")
    began = stage.begin()
    margaret = stage.engine.visitor().sign_in("margaret")
    sent = stage.crowd.publish("Bar 12")
    stage.half_way(0.3)
    stage.road.fall_silent()
    asked = time.monotonic()
    assert margaret.get("/inbox").status_code == HTTPStatus.SERVICE_UNAVAILABLE
    detected = time.monotonic() - asked
    assert detected <= 30
    stage.road.speak_again()
    eventually(lambda: margaret.get("/inbox").status_code == HTTPStatus.OK, 30, "a page", every=0.2)
    assert all(map(stage.engine.is_alive, stage.engine.processes)), "nobody had to be started anew"
    wait_until_done(sent, stage.recovery)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    print(f"bar 12: a silent database was noticed after {detected:.1f} s; {toll}")
    assert toll.lost == 0
    assert toll.duplicates <= stage.size.mail_workers


def test_bar_12_a_redis_that_swallows_packets_holds_nobody(stage: Scene) -> None:
    stage.begin()
    margaret = stage.engine.visitor().sign_in("margaret")
    stage.bell_road.fall_silent()
    asked = time.monotonic()
    assert margaret.get("/inbox").status_code == HTTPStatus.OK
    answered = time.monotonic() - asked
    assert answered <= 30
    alarm = stage.crowd.publish("Bar 12, without bells", Category.EMERGENCY)
    wait_until_done(alarm, stage.recovery)
    stage.bell_road.speak_again()
    toll = reckon(stage.crowd, alarm, stage.sink, asked, time.monotonic())
    print(f"bar 12: a page beside a silent Redis after {answered:.1f} s; {toll}")
    assert (toll.lost, toll.duplicates) == (0, 0)


def test_bar_18_asked_to_end_everybody_finishes_what_they_have_in_hand(stage: Scene) -> None:
    began = stage.begin()
    sent = stage.crowd.publish("Bar 18")
    stage.half_way(0.3)
    asked = time.monotonic()
    codes = stage.engine.stop(*stage.engine.workers, within=30)
    ended = time.monotonic() - asked
    assert set(codes) == {0}
    assert in_hand() == 0
    assert open_rows(sent), "there was still something to do"
    stage.engine.stop(WEB)
    stage.engine.whole()
    wait_until_done(sent, stage.recovery)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    print(f"bar 18: all had ended after {ended:.1f} s; {toll}")
    assert (toll.lost, toll.duplicates) == (0, 0)


def test_bar_20_a_frozen_worker_is_replaced_once_and_sends_nothing_when_it_wakes(stage: Scene) -> None:
    began = stage.begin()
    sent = stage.crowd.publish("Bar 20")
    stage.half_way(0.3)
    frozen = stage.engine.mail[0]
    stage.engine.freeze(frozen)
    wait_until_done(sent, stage.recovery)
    time.sleep(0 if stage.size.lease else 90)
    copies = sum(stage.sink.copies().values())
    stage.engine.thaw(frozen)
    following = stage.crowd.publish("Bar 20, behind it")
    wait_until_done(following, stage.recovery)
    of_both = stage.sink.copies()
    late = sum(of_both.values()) - copies - len(stage.crowd.addresses)
    assert late <= 1, "what it had begun before it was frozen, and nothing more"
    assert set(of_both.values()) <= {1, 2}
    assert sum(count - 1 for count in of_both.values()) <= 1
    assert len(of_both) == 2 * len(stage.crowd.addresses)
    print(f"bar 20: {sum(of_both.values()) - len(of_both)} duplicates, {time.monotonic() - began:.1f} s")


def test_bar_30_clocks_that_are_an_hour_apart_send_nothing_twice_and_keep_nothing_waiting(stage: Scene) -> None:
    if stage.server is None or stage.size.lease is None:
        pytest.skip("on SQLite all are on one host; in production's processes no clock can be set wrong")
    began, engine = stage.begin(), stage.engine
    wrong = {engine.mail[0]: 3600.0, engine.mail[1]: -3600.0, CLOCK: 3600.0, Lane.BULK.value: -3600.0}
    engine.stop(*wrong)
    engine.skews.update(wrong)
    engine.start(*wrong)
    sent = stage.crowd.publish("Bar 30")
    stage.half_way(0.3)
    engine.kill(engine.mail[0])  # its lease must end when its time is over, by anybody's clock
    engine.start(engine.mail[0])
    wait_until_done(sent, stage.recovery)
    toll = reckon(stage.crowd, sent, stage.sink, began, time.monotonic())
    engine.stop(*wrong)
    engine.skews.clear()
    print(f"bar 30: {toll}")
    assert toll.lost == 0
    assert toll.duplicates <= 1
