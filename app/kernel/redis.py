"""The connection to Redis. It carries bells and counts only, so it may be away: nobody waits for it."""

import time
from collections.abc import Callable
from typing import Any

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 0.25
ANSWER_SECONDS = 0.5
BREAK_SECONDS = 5.0


def connect(url: str, answer_seconds: float | None = ANSWER_SECONDS) -> "redis.Redis":
    """A client that gives up soon: left alone, redis-py waits 3 s when refused and 45 s on a half-open connection."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=answer_seconds,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )


class Breaker:
    """Lets calls through until one fails; then none for BREAK_SECONDS, so that pages do not wait in turn."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._closed_from = 0.0
        self.is_away = False  # whether the last call that was let through failed

    @property
    def is_open(self) -> bool:
        return self._clock() < self._closed_from

    def attempt(self, call: Callable[[], Any]) -> bool:
        """Whether ``call`` was made and succeeded. A Redis that is away is no error."""
        if self.is_open:
            return False
        try:
            call()
        except (redis.RedisError, OSError) as error:
            self._closed_from, self.is_away = self._clock() + BREAK_SECONDS, True
            log.warning("redis is away", error=type(error).__name__)
            return False
        self.is_away = False
        return True
