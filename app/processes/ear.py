"""The RQ side of a worker: hears the bells of one lane, through every absence of Redis."""

import threading
import time
from collections.abc import Callable
from typing import Any

import redis
import structlog
from flask import Flask
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty

from app.kernel.jobs import Lane, drains
from app.kernel.redis import connect

log = structlog.get_logger(__name__)

RECONNECT_SECONDS = 2.0
ALIVE_SECONDS = 30


class NoDeathPenalty(BaseDeathPenalty):
    """RQ's time-out strikes in any line, also between a relay's 250 and our ledger. So there is none."""

    def setup_death_penalty(self) -> None: ...

    def cancel_death_penalty(self) -> None: ...


class Ear(SimpleWorker):
    """Runs jobs without a fork (a forked one outlives its killed parent), in a thread that leaves signals alone."""

    death_penalty_class = NoDeathPenalty
    log_result_lifespan = False
    max_connection_wait_time = 5.0

    def _install_signal_handlers(self) -> None: ...

    def subscribe(self) -> None:
        """No commands by Redis: whoever can write there could stop a worker, and each reconnection leaks a thread."""

    def unsubscribe(self) -> None: ...


def listen(app: Flask, url: str, lane: Lane, wake: Callable[[], None]) -> threading.Thread:
    """Call ``wake`` at each bell of the lane, in a thread that ends with the process.

    The lane is drained by the caller's own thread and never inside the job: a frozen Redis leaves RQ stuck for half a
    minute before and after each job, and a lane must not stand still for that.
    """

    def woken() -> bool:
        wake()
        return False

    with app.app_context():
        drains()[lane] = woken
    ear = threading.Thread(target=_hear, args=(app, url, lane), name=f"ear:{lane}", daemon=True)
    ear.start()
    return ear


def _hear(app: Flask, url: str, lane: Lane) -> None:
    while True:
        try:
            with app.app_context():
                _worker(url, lane).work(logging_level="WARNING")
        except (redis.RedisError, OSError) as error:
            log.warning("hears no bells", lane=lane.value, error=type(error).__name__)
        except Exception:
            log.exception("the ear failed", lane=lane.value)
        time.sleep(RECONNECT_SECONDS)


def _worker(url: str, lane: Lane) -> Ear:
    # One queue only: on two or more RQ pops with BLPOP, and a worker killed just then takes the job with it.
    options: dict[str, Any] = {"worker_ttl": ALIVE_SECONDS, "log_job_description": False}
    return Ear([lane.value], connection=connect(url, answer_seconds=None), serializer=JSONSerializer, **options)
