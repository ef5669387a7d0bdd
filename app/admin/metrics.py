"""What Prometheus is told: what the rows say at this moment, and what all processes have counted.

https://prometheus.io/docs/practices/naming/ . Nothing here names a school or a person.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.admin import measures, watch
from app.extensions import db
from app.kernel import tally
from app.kernel.clock import now
from app.kernel.duties import expected_heartbeats
from app.kernel.jobs import Lane
from app.kernel.tally import BUCKETS, SUM, Counted, Standing
from app.mailer.kinds import Outcome

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTERS = {
    Counted.SLOW_PAGES: ("belfry_slow_client_drops", "Open pages that were cut off because they took too little."),
    Counted.REFUSED_SIGN_INS: ("belfry_sign_in_failures", "Tries to sign in with a name and password that do not fit."),
}
STANDINGS = {
    Standing.OPEN_SOCKETS: ("belfry_open_sockets", "Open pages with a socket, of all web processes."),
    Standing.WITHOUT_REDIS: ("belfry_redis_breaker_open", "Processes whose last call to Redis failed."),
}


def exposition() -> bytes:
    """All of it in Prometheus' text format. A database that is away is a figure as well, and no error."""
    registry = CollectorRegistry()
    registry.register(Everything())
    return generate_latest(registry)


class Everything(Collector):
    """Asked at each scrape: nothing of it lives in this process."""

    def describe(self) -> list[Metric]:
        return []  # or registering would ask for all of it once more

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        try:
            found = [*of_rows(now()), *of_counts()]
        except (DBAPIError, PoolTimeoutError):
            db.session.rollback()
        yield GaugeMetricFamily("belfry_database_up", "Whether the database answers.", value=float(bool(found)))
        yield from found


def of_rows(moment: datetime) -> Iterator[Metric]:
    """What the rows say."""
    due, heard = watch.asked(moment)
    waits = {lane.value: _seconds(moment, due.get(lane, moment)) for lane in Lane}
    yield gauges("belfry_oldest_due_seconds", "How long the oldest work that could be done is due.", "lane", waits)
    help_ = f"Work that could be done now, of one sender up to {measures.MOST_COUNTED}."
    yield gauges("belfry_due", help_, "lane", measures.due_now(moment))
    yield gauges("belfry_in_hand", "Work that somebody has taken and not ended.", "lane", measures.in_hand())
    help_ = f"What became of the last day's letters, of the newest {measures.MOST_COUNTED}."
    yield gauges("belfry_recent_letters", help_, "status", measures.letters_lately(moment))
    missed = measures.missed_lately(moment)
    yield GaugeMetricFamily("belfry_recent_missed_schedules", "Scheduled notifications of a day that missed.", missed)
    expected = expected_heartbeats(current_app.extensions["belfry.duties"])
    silence = {name: _seconds(moment, heard[name]) if name in heard else float("inf") for name in expected}
    help_ = "Since when a worker, or a duty of the clock, was not heard of; +Inf for never."
    yield gauges("belfry_heartbeat_age_seconds", help_, "name", silence)


def of_counts() -> Iterator[Metric]:
    """What the processes have counted, up to a quarter of a minute ago."""
    found = tally.counts()
    attempts = CounterMetricFamily("belfry_mail_attempts", "Tries to hand a mail to a relay.", labels=["outcome"])
    for outcome in Outcome:
        attempts.add_metric([outcome.value], found.get((Counted.MAIL_ATTEMPTS, outcome), 0))
    yield attempts
    for counted, (name, help_) in COUNTERS.items():
        yield CounterMetricFamily(name, help_, value=found.get((counted, ""), 0))
    for standing, (name, help_) in STANDINGS.items():
        yield GaugeMetricFamily(name, help_, value=found.get((standing, ""), 0))
    what = Counted.REVOCATION_SECONDS
    running = accumulate(found.get((what, str(bound)), 0) for bound in BUCKETS)
    buckets = [("+Inf" if bound == float("inf") else str(bound), n) for bound, n in zip(BUCKETS, running, strict=True)]
    help_ = "From the end of a session until an open page of it was told and closed."
    yield HistogramMetricFamily("belfry_revocation_seconds", help_, buckets, sum_value=found.get((what, SUM), 0))


def gauges(name: str, help_: str, label: str, values: Mapping[Any, float]) -> Metric:
    """One gauge, with a value for each word of its label."""
    family = GaugeMetricFamily(name, help_, labels=[label])
    for word, value in values.items():
        family.add_metric([str(word)], value)
    return family


def _seconds(moment: datetime, since: datetime) -> float:
    return max(0.0, (moment - since).total_seconds())
