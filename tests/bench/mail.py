"""Mail: how many letters a minute one worker hands over, and two, to a relay that takes 5 ms for each.

Held against a bare smtplib loop that says the same bytes to the same relay over one connection: what it costs if
nothing is remembered, written or promised.
"""

import smtplib
import time
from collections.abc import Iterator
from statistics import median

from app.extensions import db
from app.kernel.jobs import Lane
from app.mailer import deliver
from app.mailer.claim import claim_next
from app.notifications import jobs
from tests.bench import district
from tests.bench.figures import Figure
from tests.bench.installation import Installation, installation, publish

LETTERS, ROUNDS, SECONDS = 2_000, 3, 0.005
SETTLED = 20
"""Letters at the beginning that are not counted: the first of a process makes its templates."""
WITHIN = 600.0


def measure(letters: int = LETTERS, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Rounds of all three in turn; the medians are compared."""
    with installation(SECONDS) as here:
        place = district.settle(here.server, letters)
        _write(here, place)
        claim = claim_next(Lane.MAIL)
        message = deliver.write(claim) if claim else None
        assert message is not None
        said = message.as_bytes()
        found = [(_bare(here, said, letters), _ours(here, place, 1), _ours(here, place, 2)) for _ in range(rounds)]
    bare, one, two = (median(column) for column in zip(*found, strict=True))
    yield Figure("mail_bare", bare * 1000, "ms", peer="a mail, by smtplib alone")
    yield Figure("mail_one_worker", one * 1000, "ms", peer="a mail")
    yield Figure("mail_one_worker_ratio", one / bare, "times", goal=2.0, peer="the bare loop")
    yield Figure("mail_two_workers", two * 1000, "ms", peer="a mail")
    yield Figure("mail_two_workers_ratio", two / one, "times", goal=1 / 1.7, peer="one worker")


def _write(here: Installation, place: district.Place) -> None:
    """Letters to everybody who wants any, and nothing left of those before."""
    db.session.remove()  # what it has read would hold the tables
    here.server.execute("TRUNCATE notifications CASCADE")
    here.server.execute("TRUNCATE letters CASCADE")
    publish(place, "role:parent")
    while jobs.drain_bulk():
        pass
    here.server.execute("CHECKPOINT")


def _ours(here: Installation, place: district.Place, workers: int) -> float:
    """Seconds a letter, between the arrivals of the first that counts and the last."""
    _write(here, place)
    here.relay.forget()
    count = here.server.execute("SELECT count(*) FROM letters").fetchone()
    assert count is not None
    with here.workers(*["mail"] * workers):
        moments = [moment for moment, *_ in here.relay.wait_for(count[0], WITHIN)]
    return _each(moments)


def _bare(here: Installation, said: bytes, letters: int) -> float:
    moments = []
    with smtplib.SMTP("127.0.0.1", here.relay.port) as host:
        for number in range(letters):
            host.sendmail("bench@belfry.example", [f"guardian{number}@bench.example"], said)
            moments.append(time.monotonic())
    return _each(moments)


def _each(moments: list[float]) -> float:
    counted = moments[SETTLED:] or moments
    return (counted[-1] - counted[0]) / (len(counted) - 1)
