"""Fixtures: a web process alone, for pages that need no workers; and every page that there is, furnished."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.catalogue.kinds import Category, Priority
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification, NotificationRecipient
from app.roster.models import School
from app.settings import Settings
from tests.architecture.routes import Address, addresses, furnish
from tests.live.webs import Webs, running_webs
from tests.support import factories
from tests.support.cast import Cast

NO_PAGES = {"/", "/live", "/healthz", "/readyz", "/metrics", "/demo/mail"}
"""A redirect, a socket, two answers for machines; and the demo's mail, which waits for a mail sink."""


@pytest.fixture
def web(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    """One web process with the cast in it."""
    with running_webs(settings, tmp_path / "web") as running:
        yield running


@pytest.fixture
def site_map(app: Flask, cast: Cast) -> list[Address]:
    """Every page, from the application's own map: a new one is on it without anybody thinking of it."""
    furnished = furnish(app, cast)
    with app.app_context(), unit_of_work() as session:
        until, copies = now() + timedelta(hours=2), NotificationRecipient
        session.get_one(Notification, furnished["notification_id"]).expires_at = until
        session.execute(update(copies).values(alert_until=until))
        school, priya = session.get_one(School, cast.northfield.id), session.get_one(Account, cast.priya.id)
        for number, category in enumerate([Category.ANNOUNCEMENT, Category.REMINDER] * 2):
            news = factories.notification(school, None, f"News of a long week, number {number}", category)
            news.requires_acknowledgement, news.link = number % 2 == 0, "https://school.example/" + "long" * 30
            news.priority = [Priority.NORMAL, Priority.HIGH][number % 2]
            factories.copy(news, priya).read_at = now() if number > 1 else None
    pages = [address for address in addresses(app, furnished) if address.is_safe and not address.is_part]
    return [address for address in pages if address.rule.rule not in NO_PAGES and not address.path.endswith(".csv")]


@pytest.fixture
def webs(settings: Settings, site_map: list[Address], tmp_path: Path) -> Iterator[Webs]:
    """One web process with all of the site map in it."""
    with running_webs(settings, tmp_path / "web") as running:
        yield running
