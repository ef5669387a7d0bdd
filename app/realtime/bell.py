"""The bell of the live page: Redis tells every process "look now". It carries nothing, and may be lost."""

import threading
import time
from collections.abc import Callable

import redis
import structlog
from flask import current_app

from app.kernel.jobs import bells
from app.kernel.redis import connect

log = structlog.get_logger(__name__)

CHANNEL = "belfry:live"
QUIET_SECONDS = 10.0
RECONNECT_SECONDS = 2.0


def ring() -> None:
    """Wake this process, and by Redis all others. Nothing is lost without it: they look by themselves."""
    if hub := current_app.extensions.get("belfry.hub"):
        hub.wake()
    rope = bells()
    rope.breaker.attempt(lambda: rope.connection.publish(CHANNEL, b""))


def listen(url: str, wake: Callable[[], None]) -> None:
    """Call ``wake`` at each bell, in a thread that ends with the process and comes back to Redis whenever it can."""
    threading.Thread(target=_keep_hearing, args=(url, wake), name="bell", daemon=True).start()


def _keep_hearing(url: str, wake: Callable[[], None]) -> None:
    while True:
        try:
            _hear(url, wake)
        except (redis.RedisError, OSError) as error:
            log.warning("hears no live bell", error=type(error).__name__)
        except Exception:
            log.exception("the live bell failed")
        time.sleep(RECONNECT_SECONDS)


def _hear(url: str, wake: Callable[[], None]) -> None:
    with connect(url).pubsub() as heard:  # type: ignore[no-untyped-call]
        heard.subscribe(CHANNEL)
        wake()  # a bell may have rung while nobody listened
        while True:
            message = _next(heard)
            if message["type"] == "message":
                wake()


def _next(heard: "redis.client.PubSub") -> dict[str, object]:
    """What comes next, asking for a sign of life when nothing does: a half-open connection is silent for ever."""
    for _ in range(2):
        message: dict[str, object] | None = heard.get_message(timeout=QUIET_SECONDS)
        if message is not None:
            return message
        heard.ping()
    raise TimeoutError("redis is silent")
