"""Open pages of the inbox in real browsers, and things that happen to them."""

from uuid import UUID

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications import deliver
from app.notifications.models import Notification
from app.notifications.models import NotificationRecipient as Copy

PATIENCE = 20_000
"""Milliseconds; a machine that tests has more to do than one that serves a school."""


def let_end(app: Flask, notification_id: UUID) -> None:
    """Its time runs out, and the clock sees it."""
    with app.app_context():
        with unit_of_work() as session:
            session.execute(update(Notification).where(Notification.id == notification_id).values(expires_at=now()))
            session.execute(update(Copy).where(Copy.notification_id == notification_id).values(alert_until=now()))
        deliver.expire()


def is_live(page: Page) -> Page:
    """The page, once it hears."""
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    return page


def beside(page: Page, path: str) -> Page:
    """Another tab of the same person."""
    other = page.context.new_page()
    other.goto(path)
    return is_live(other)
