"""Ledger: what a claim and a sweep cost after years, with millions of old letters and rows of the ledger.

Held against the same in tables that hold no more than what waits.
"""

import time
from collections.abc import Callable, Iterator
from statistics import median

from app.kernel.jobs import Lane
from app.mailer import sweep as mail_sweep
from app.mailer.claim import claim_next
from app.notifications import deliver, jobs
from app.notifications import sweep as notification_sweep
from tests.bench import district
from tests.bench.figures import Figure
from tests.bench.installation import Installation, installation, publish

ROWS, TIMES = 10_000_000, 300
WAITING = 2_000
A_PIECE = 500_000

OLD = (
    """CREATE TEMP TABLE old AS SELECT uuid7() AS id FROM generate_series(1, %(rows)s)""",
    """INSERT INTO letters (id, district_id, school_id, address, lane, flow, purpose, template, arguments, status,
                            attempts, next_attempt_at, created_at, sent_at)
       SELECT old.id, district_id, school_id, address, lane, flow, purpose, template, arguments, 'sent', 1,
              now() - interval '1 year', now() - interval '1 year', now() - interval '1 year'
       FROM old CROSS JOIN (SELECT * FROM letters LIMIT 1) one""",
    """INSERT INTO delivery_attempts (id, district_id, school_id, letter_id, number, started_at)
       SELECT id, %(district)s, %(school)s, id, 1, now() - interval '1 year' FROM old""",
    """INSERT INTO notification_logs (id, district_id, school_id, notification_id, recipient_id, channel, status,
                                      letter_id, created_at, sent_at)
       SELECT id, %(district)s, %(school)s, id, id, 'email', 'sent', id, now() - interval '1 year',
              now() - interval '1 year' FROM old""",
    "DROP TABLE old",
)


def measure(rows: int = ROWS, times: int = TIMES) -> Iterator[Figure]:
    """The same letters wait in both; the medians are compared."""
    with installation() as here:
        place = district.settle(here.server, WAITING)
        publish(place, "role:parent")
        while jobs.drain_bulk():
            pass
        here.server.execute("VACUUM ANALYZE")
        acts = {"claim": _claim, "sweep": _sweep}
        empty = {name: _median(act, times) for name, act in acts.items()}
        _fill(here, place, rows)
        full = {name: _median(act, times) for name, act in acts.items()}
    for name in acts:
        yield Figure(f"ledger_{name}", full[name] * 1000, "ms", peer=f"with {rows:,} old rows and letters")
        yield Figure(f"ledger_{name}_empty", empty[name] * 1000, "ms", peer="without")
        yield Figure(f"ledger_{name}_ratio", full[name] / empty[name], "times", goal=1.2, peer="without")


def _claim() -> None:
    assert claim_next(Lane.MAIL) is not None


def _sweep() -> None:
    mail_sweep.sweep()
    notification_sweep.sweep()
    deliver.settle()
    deliver.expire()


def _median(act: Callable[[], None], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _fill(here: Installation, place: district.Place, rows: int) -> None:
    """Old rows, as of years; what they refer to is not asked for."""
    values = {"district": place.district_id, "school": place.school_id}
    here.server.execute("SET session_replication_role = replica")
    for start in range(0, rows, A_PIECE):
        for statement in OLD:
            here.server.execute(statement, {**values, "rows": min(A_PIECE, rows - start)})
    here.server.execute("SET session_replication_role = origin")
    here.server.execute("VACUUM ANALYZE")
    here.server.execute("CHECKPOINT")
