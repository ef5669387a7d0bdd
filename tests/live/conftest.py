"""Fixtures: happenings to tell of, and web processes to tell them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from app.identity.models import UserSession
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.realtime.models import LiveCounter
from app.realtime.record import record
from app.settings import Settings
from tests.live.notices import NOTICE, Notices
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast

Happen = Callable[..., str]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """Belfry with the tests' own source, which other tests do not find in it."""
    app: Flask = make_app()
    before = app.extensions["belfry.sources"]
    app.extensions["belfry.sources"] = [*before, Notices()]
    yield app
    app.extensions["belfry.sources"] = before


@pytest.fixture
def happen(app: Flask, cast: Cast) -> Happen:
    """``happen(to="priya")`` commits one of hers, without ``to`` everybody's, and gives the words to look for."""

    def happened(to: str | None = None, kind: str = NOTICE, district_id: UUID | None = None) -> str:
        subject_id = new_id()
        with app.app_context(), unit_of_work():
            account_id = cast.people[to].id if to else None
            record(kind, subject_id, district_id=district_id or cast.district_id, account_id=account_id)
        return f"[{subject_id}]"

    return happened


@pytest.fixture
def web(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    """One web process with the cast in it."""
    with running_webs(settings, tmp_path / "web") as running:
        yield running


@pytest.fixture
def webs(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    """Two web processes with the cast in them."""
    with running_webs(settings, tmp_path / "webs", 2) as running:
        yield running


@pytest.fixture
def make_expired(app: Flask, cast: Cast) -> Callable[[str], None]:
    """Let the time of somebody's session run out."""

    def expired(who: str) -> None:
        with app.app_context(), unit_of_work() as session:
            session.execute(
                update(UserSession)
                .where(UserSession.user_id == cast.people[who].id, UserSession.is_active)
                .values(expires_at=now() - timedelta(seconds=1))
            )

    return expired


@pytest.fixture
def forget_history(app: Flask, cast: Cast) -> Callable[[], None]:
    """As after a restore: what pages know of history is of another one."""

    def forget() -> None:
        with app.app_context(), unit_of_work() as session:
            session.execute(update(LiveCounter).values(epoch=new_id()))

    return forget
