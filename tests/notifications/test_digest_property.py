"""However often somebody changes when they want mail: each notification comes by one mail, or says why not."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.catalogue.kinds import Channel
from app.extensions import db
from app.inbox import reading
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.notifications import deliver, digests
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification
from app.preferences.choose_times import choose_times
from app.preferences.hours import OF_A_DAY
from app.preferences.kinds import Times
from app.reports.reconcile import unreconciled
from tests.notifications.people import at_work, draft, ledger, ring
from tests.support.cast import Cast
from tests.support.smtp import Sink

BEGAN = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
"""Two days before the clocks go back."""
LONDON = "Europe/London"
times = st.builds(
    lambda hours, digest_at: Times(LONDON, hours[0], hours[1], digest_at),
    st.one_of(st.just((None, None)), st.sampled_from([(22 * 60, 7 * 60), (60, 120), (9 * 60, 17 * 60)])),
    st.one_of(st.none(), st.sampled_from(OF_A_DAY)),
)
steps = st.lists(
    st.one_of(
        st.just("send"),
        st.just("send"),
        st.just("read"),
        times,
        st.integers(1, 30).map(lambda hours: timedelta(hours=hours)),
    ),
    min_size=4,
    max_size=14,
)


@given(steps=steps)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_bar_116_nothing_comes_twice_and_nothing_is_lost_however_somebody_changes_their_mind(
    app: Flask, cast: Cast, sink: Sink, steps: list[str | Times | timedelta]
) -> None:
    sent: list[UUID] = []
    with app.app_context(), time_machine.travel(BEGAN, tick=False) as clock:
        for step in [*steps, Times(LONDON), *[timedelta(hours=12)] * 6]:
            if step == "send":
                sent.append(ring(cast, draft(f"person:{cast.priya.id}", title=str(new_id()))))
            elif step == "read" and sent:
                with unit_of_work():
                    reading.read(at_work(cast, cast.priya), sent[-1])
            elif isinstance(step, Times):
                with unit_of_work():
                    choose_times(at_work(cast, cast.priya), step)
            elif isinstance(step, timedelta):
                clock.shift(step)
            digests.make()
            jobs.drain_mail()
        deliver.settle()
        came = Counter(id_ for mail in sink.received for id_ in sent if f"/inbox/{id_}" in mail.text())
        sink.received.clear()
        for id_ in sent:
            row = ledger(id_, cast.priya)[Channel.EMAIL]
            is_read = (row.status, row.reason) == (Fate.SUPPRESSED, "read")
            assert is_read or row.status is Fate.SENT
            assert came[id_] == (0 if is_read else 1)
            assert db.session.get_one(Notification, id_).status is Status.SENT
        assert db.session.execute(unreconciled()).all() == []
