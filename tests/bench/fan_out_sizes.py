"""Fan-out by size: what a row costs at 1,000,000 people and at 10,000, and what the worker's memory grows by.

Held against itself: nothing of a fan-out may grow with the number of people.
"""

import resource
import time
from collections.abc import Iterator

from app.notifications import jobs
from tests.bench import district
from tests.bench.figures import Figure
from tests.bench.installation import Installation, installation, publish

SMALLEST, STEPS, FACTOR = 10_000, 3, 10
TABLES = ("notification_recipients", "notification_subjects", "letters", "notification_logs")


def measure(smallest: int = SMALLEST, steps: int = STEPS) -> Iterator[Figure]:
    """A district for each size, in one database; the memory is the process's peak."""
    sizes = [smallest * FACTOR**step for step in range(steps)]
    with installation() as here:
        costs, memory = [], []
        for size in sizes:
            costs.append(_microseconds_a_row(here, district.settle(here.server, size)))
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    for size, cost in zip(sizes, costs, strict=True):
        yield Figure(f"fan_out_row_of_{size}", cost, "µs", peer=f"a row, for {size:,} people")
    yield Figure("fan_out_row_ratio", costs[-1] / costs[0], "times", goal=1.3, peer=f"a row for {sizes[0]:,}")
    yield Figure("fan_out_growth", memory[-1] - memory[0], "MB", goal=20, peer=f"after {sizes[0]:,}")


def _microseconds_a_row(here: Installation, place: district.Place) -> float:
    before = _rows(here)
    began = time.perf_counter()
    publish(place, "role:parent")
    while jobs.drain_bulk():
        pass
    return (time.perf_counter() - began) * 1e6 / (_rows(here) - before)


def _rows(here: Installation) -> int:
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
    found = here.server.execute(f"SELECT {counts}").fetchone()
    return int(found[0]) if found else 0
