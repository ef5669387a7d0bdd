"""The bell is heard when it can be, comes back by itself, and holds nobody up when it cannot."""

import time
from queue import Empty, Queue

import pytest
from flask import Flask

from app.kernel.redis import Breaker
from app.realtime import bell
from tests.support.patience import eventually
from tests.support.valkey import Valkey


@pytest.fixture(scope="module")
def moments(valkey_server: Valkey) -> "Queue[float]":
    """When the bell was heard, by the one listener of these tests: like a real one it ends with its process."""
    heard: Queue[float] = Queue()
    bell.listen(valkey_server.url, lambda: heard.put(time.monotonic()))
    return heard


@pytest.fixture
def heard(app: Flask, valkey: Valkey, moments: "Queue[float]", monkeypatch: pytest.MonkeyPatch) -> "Queue[float]":
    """The same, empty, with the listener at Redis and nobody's breaker open."""
    monkeypatch.setattr(bell, "RECONNECT_SECONDS", 0.1)
    monkeypatch.setattr(app.extensions["belfry.bells"], "breaker", Breaker())
    with valkey.client() as client:
        eventually(lambda: client.publish(bell.CHANNEL, b""), within=5)
    moments.get(timeout=15)
    time.sleep(0.1)
    while not moments.empty():
        moments.get()
    return moments


def ring(app: Flask) -> float:
    began = time.monotonic()
    with app.app_context():
        bell.ring()
    return time.monotonic() - began


@pytest.mark.alone
def test_a_bell_is_heard_at_once(app: Flask, heard: "Queue[float]") -> None:
    began = time.monotonic()
    ring(app)
    assert heard.get(timeout=15) - began < 0.3


def test_whoever_listens_looks_again_when_redis_came_back(heard: "Queue[float]", valkey: Valkey) -> None:
    valkey.restart()
    assert heard.get(timeout=15)
    with valkey.client() as client:
        client.publish(bell.CHANNEL, b"")
    assert heard.get(timeout=15)


@pytest.mark.alone
def test_a_redis_that_hangs_is_noticed_and_left(
    heard: "Queue[float]", valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "QUIET_SECONDS", 0.3)
    with valkey.client() as client:
        client.publish(bell.CHANNEL, b"")  # the wait that is running began with the longer patience
    heard.get(timeout=15)
    valkey.freeze()
    time.sleep(1.5)
    valkey.thaw()
    assert heard.get(timeout=15)


@pytest.mark.alone
def test_ringing_holds_nobody_up_when_redis_hangs(app: Flask, heard: "Queue[float]", valkey: Valkey) -> None:
    valkey.freeze()
    assert ring(app) < 1.5
    assert ring(app) < 0.05


@pytest.mark.alone
def test_ringing_is_no_error_when_redis_is_gone(app: Flask, heard: "Queue[float]", valkey: Valkey) -> None:
    valkey.kill()
    assert ring(app) < 1
    with pytest.raises(Empty):
        heard.get(timeout=0.3)
