"""Bells. A job says only "look at your lane now"; what there is to do stands in rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

import redis
from flask import current_app
from rq import Queue
from rq.serializers import JSONSerializer

from app.kernel.redis import Breaker
from app.kernel.unit_of_work import afterwards


class Lane(StrEnum):
    """Who waits behind whom. Each lane has workers of its own, so a backlog in one never delays another."""

    ALERTS = "alerts"
    URGENT_MAIL = "urgent_mail"
    MAIL = "mail"
    BULK = "bulk"


Drain = Callable[[], bool]
"""Does what is due in a lane, for at most 10 s; says whether more is left."""


@dataclass
class Bells:
    """The rope to the workers. Ringing twice is harmless, and a bell that is lost costs seconds, no message."""

    connection: "redis.Redis"
    breaker: Breaker = field(default_factory=Breaker)

    def queue(self, lane: Lane) -> Queue:
        # RQ's default serializer is pickle: whoever can write to Redis could run code (ASVS 1.5.2).
        return Queue(lane.value, connection=self.connection, serializer=JSONSerializer)

    def ring(self, lane: Lane) -> bool:
        """Whether the bell was heard by Redis."""
        return self.breaker.attempt(
            lambda: self.queue(lane).enqueue(look, lane.value, job_timeout=-1, result_ttl=0, failure_ttl=0)
        )


def ring_later(lane: Lane) -> None:
    """Ring once the open unit of work is committed, so that whoever comes running finds the row."""
    afterwards(lambda: bells().ring(lane), key=("ring", lane))


def look(lane: str) -> None:
    """What RQ runs: drain the lane, and ring again when more is left."""
    if drains()[Lane(lane)]():
        bells().ring(Lane(lane))


def bells() -> Bells:
    return cast(Bells, current_app.extensions["belfry.bells"])


def drains() -> dict[Lane, Drain]:
    return cast("dict[Lane, Drain]", current_app.extensions["belfry.lanes"])
