"""Something is scheduled, changed and called off; and something recurs: on a desktop and on a phone."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.extensions import db
from app.kernel.clock import now
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.notifications.recurring.models import Recurrence
from tests.browser.test_drafts import NEW, SIZES, Browse
from tests.live.webs import Webs
from tests.support.axe import findings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
SEND = ".composer-bar .btn-primary"


@SIZES
def test_scheduled_changed_called_off_and_said_again_and_again(
    app: Flask, web: Webs, browse: Browse, size: tuple[int, int]
) -> None:
    page = browse(web.url(), "margaret", size)
    page.goto(NEW)
    field = page.locator("[name=scheduled_for]")
    expect(field).to_be_hidden()
    page.locator("[name=title]").first.fill("Snow day")
    page.locator("[name=body]").fill("No school today.")
    page.locator("[name=include][value='role:parent']").evaluate("box => box.click()")
    page.locator("#when-later").check()
    day = now() + timedelta(days=30)
    field.fill(f"{day:%Y-%m-%d}T07:30")
    field.blur()
    expect(page.locator("#timing-words")).to_contain_text("07:30 (Europe/London)")
    expect(page.locator("#send-words")).to_contain_text("Check and schedule for 4 people")
    page.locator("#when-now").check()
    expect(field).to_be_hidden()
    page.locator("#when-later").check()
    expect(field).to_have_value(f"{day:%Y-%m-%d}T07:30")
    page.locator(SEND).click()
    page.get_by_role("button", name="Schedule it for 4 people").click()
    expect(page.locator(".goes h2")).to_contain_text("07:30")
    assert findings(page) == []
    page.get_by_role("link", name="Change it").click()
    page.locator("[name=scheduled_for]").fill(f"{day:%Y-%m-%d}T08:15")
    page.locator(SEND).click()
    page.get_by_role("button", name="Schedule it for 4 people").click()
    expect(page.locator(".goes h2")).to_contain_text("08:15")
    page.locator(".call-off summary").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.locator("#report-state")).to_have_text("Cancelled")

    page.get_by_role("link", name="Use its words again").click()
    expect(page.locator("[name=title]").first).to_have_value("Snow day")
    page.locator("#when-again").check()
    page.locator("#every-week").check()
    page.locator("[name=days][value='0']").check()
    expect(page.locator("#rule-words")).to_contain_text("Every Monday at 07:30")
    expect(page.locator("#rule-words .next-times li")).to_have_count(5)
    page.locator(SEND).click()
    page.get_by_role("button", name="Send it again and again to 4 people").click()
    expect(page.locator(".goes h2")).to_contain_text("Every Monday at 07:30")
    assert findings(page) == []
    page.locator(".call-off summary").click()
    page.get_by_role("button", name="Yes, end it").click()
    expect(page.locator("#main")).to_contain_text("It is not sent any more.")
    with app.app_context():
        assert db.session.scalars(select(Notification.status)).all() == [Status.CANCELLED]
        assert db.session.scalars(select(Recurrence)).one().ended_at is not None
