"""An emergency is seen by those who are written first before the last are written, and by each of them once."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category
from app.kernel.clock import now
from app.kernel.jobs import Lane, bells
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs as mail
from app.notifications import copies, fan_out, jobs
from app.notifications.fan_out import PUBLISHED
from app.notifications.models import FanOut
from app.realtime.kinds import Cursor
from app.realtime.models import LiveEvent
from app.realtime.queries import current_cursor
from app.settings import Settings
from tests.live.webs import Webs, running_webs
from tests.notifications.people import draft, publish, recipients
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.screens import Screen
from tests.support.smtp import Sink

WHO = ("asha", "grace", "margaret", "peter", "priya", "tom")
"""All of Northfield who can sign in and are to be told."""


@pytest.fixture(autouse=True)
def by_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "ALERTED_AT_ONCE", {True: 2, False: 2})


def an_emergency(cast: Cast) -> UUID:
    return publish(cast, draft("role:parent", "role:teacher", "role:admin", category=Category.EMERGENCY))


def write_a_piece() -> None:
    claim = fan_out.claim(Lane.ALERTS)
    assert claim
    fan_out.work(claim, until=time.monotonic() - 1)


def alerts_in(text: str, id_: UUID) -> int:
    return text.count(f'id="alert-{id_}"')


def toasts_in(text: str) -> int:
    return text.count('hx-swap-oob="beforeend:#toasts"')


def polled(client: Client, cursor: Cursor) -> str:
    return client.get(f"/live/since?cursor={cursor.to_text()}", headers={"HX-Request": "true"}).text


def test_bar_19_who_is_written_first_is_told_before_the_last_are_written(
    session: Session, cast: Cast, browser_of: Callable[..., Client], sink: Sink
) -> None:
    clients = {who: browser_of(who) for who in WHO}
    before = current_cursor()
    sent = an_emergency(cast)
    write_a_piece()
    first = set(recipients(sent))
    told = {who for who in WHO if alerts_in(polled(clients[who], before), sent)}
    assert len(first) == 2
    assert told == first
    assert bells().queue(Lane.URGENT_MAIL).count == 1
    mail.drain_urgent_mail()
    assert len(sink.received) == 2, "its mail waits for nobody either"

    midway = current_cursor()
    jobs.drain_alerts()
    assert set(recipients(sent)) == set(WHO)
    later = {who: polled(clients[who], midway) for who in WHO}
    assert {who for who in WHO if alerts_in(later[who], sent)} == set(WHO) - first
    for who in WHO:
        everything = polled(clients[who], before)
        assert (alerts_in(everything, sent), toasts_in(everything)) == (1, 1), "catching up, each has it once"


def test_a_worker_that_fails_between_two_pieces_tells_nobody_twice(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_emergency(cast)
    write_a_piece()
    with monkeypatch.context() as failing:
        failing.setattr(copies, "_write_fates", lambda *_: 1 / 0)
        jobs.drain_alerts()
    assert len(parts(session)) == 1, "what was not written was not told"
    with unit_of_work():
        session.execute(update(FanOut).values(next_attempt_at=now()))
    jobs.drain_alerts()
    told = parts(session)
    assert [behind for behind, _ in told] == [None, *(upto for _, upto in told[:-1])]


def parts(session: Session) -> list[tuple[UUID | None, UUID | None]]:
    """Between which keys those came who were told, in the order of telling."""
    session.rollback()
    events = session.scalars(select(LiveEvent).where(LiveEvent.kind == PUBLISHED).order_by(LiveEvent.position))
    return [(event.behind_id, event.upto_id) for event in events]


@pytest.fixture
def web(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    with running_webs(settings, tmp_path / "web") as running:
        yield running


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_19_open_pages_hear_of_an_emergency_piece_by_piece_and_once(
    app: Flask, web: Webs, cast: Cast, join: Callable[..., Screen]
) -> None:
    visitors = {who: web.visitor(who) for who in WHO}
    screens = {who: join(visitor) for who, visitor in visitors.items()}
    with app.app_context():
        sent = an_emergency(cast)
        mark = f'id="alert-{sent}"'
        write_a_piece()
        first = set(recipients(sent))
        for who in first:
            screens[who].wait_for(mark)
        assert not any(mark in text for who in set(WHO) - first for text in screens[who].texts)
        jobs.drain_alerts()
        publish(cast, draft("role:parent", "role:teacher", "role:admin", title="All is well again"))
        jobs.drain_bulk()
    for screen in screens.values():
        screen.wait_for("All is well again")
        assert alerts_in("".join(screen.texts), sent) == 1
