"""Olu chooses what reaches her, on her phone; the school sees that it holds; and a mail lets go without a script."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.live.webs import Webs
from tests.support import axe
from tests.support.cast import Cast
from tests.support.fixtures_site import DESKTOP, PHONE
from tests.support.site import Site
from tests.support.smtp import Received, Sink
from tests.support.visitors import Visitor

pytestmark = pytest.mark.browser
HERE, OLU, TAYO = "/account/preferences", "olu@belfry.example", "tayo@belfry.example"


def tell(hugo: Visitor, title: str, **fields: str) -> str:
    """Hugo writes to everybody at Hillside; gives what he read before he sent it."""
    typed: dict[str, Any] = {"title": title, "body": "Now.", "include": ["role:parent", "role:student"], **fields}
    assert hugo.post_form("/notifications/new", **typed).status_code == 200
    before = hugo.page.text
    assert hugo.press("/notifications/new", school_name="Hillside Secondary").status_code == 303
    return before


def link_of(mail: Received) -> str:
    """The path of the link as the mail's text shows it to a reader."""
    (found,) = re.findall(r"^(https?://\S+/unsubscribe/\S+)\r?$", mail.text("plain"), re.MULTILINE)
    return str(urlsplit(found).path)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_somebody_chooses_holds(site: Site, cast: Cast, sink: Sink, browse: Callable[..., Page]) -> None:
    olu = browse(site.url(), "olu", PHONE)
    olu.get_by_role("link", name="Me").click()
    assert axe.findings(olu) == []
    olu.get_by_role("link", name="What reaches you").click()
    assert axe.findings(olu) == []
    assert olu.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    olu.get_by_role("group", name="Announcements").get_by_label("Email").uncheck()
    olu.get_by_role("button", name="Save").click()
    expect(olu.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(olu.get_by_role("group", name="Announcements").get_by_label("Email")).not_to_be_checked()

    hugo = site.visitor("hugo")
    read = tell(hugo, "The gym is closed")
    assert f"{cast.olu.name} switched email off for announcements" in read
    tell(hugo, "Stay inside", category="emergency")
    (alarm,) = sink.wait_for(1, to=OLU)
    assert alarm.subject == "EMERGENCY: Stay inside"
    assert alarm.message["List-Unsubscribe"] is None
    notice = next(mail for mail in sink.wait_for(2, to=TAYO) if mail.subject == "The gym is closed")

    plain = browse(site.url(), None, PHONE, java_script_enabled=False)
    plain.goto(link_of(notice))
    expect(plain.get_by_role("heading", level=1)).to_have_text("Stop announcements by email?")
    plain.get_by_role("button", name="Stop announcements by email").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You get no announcements by email any more")
    read = tell(hugo, "The gym is open")
    assert f"{cast.tayo.name} unsubscribed from announcements" in read
    plain.get_by_role("button", name="Send them again").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Stop announcements by email?")
    tell(hugo, "The gym is warm")
    sink.wait_for(3, to=TAYO)
    assert [mail.subject for mail in sink.to(OLU)] == ["EMERGENCY: Stay inside"]
    assert "The gym is open" not in {mail.subject for mail in sink.to(TAYO)}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1440"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_another_language_is_on_every_page_that_is_open(
    web: Webs, browse: Callable[..., Page], size: tuple[int, int]
) -> None:
    olu = browse(web.url(), "olu", size, color_scheme="dark")
    other = olu.context.new_page()
    other.goto("/inbox")
    expect(other.locator("#live-state")).to_have_attribute("data-state", "live")
    olu.goto(HERE)
    assert axe.findings(olu) == []
    olu.get_by_label("Time zone", exact=True).fill("Tokyo")
    olu.get_by_label("Language", exact=True).select_option(label="العربية")
    olu.get_by_role("button", name="Save").click()
    expect(olu.locator("html")).to_have_attribute("dir", "rtl")
    expect(olu.locator("main")).to_contain_text("Asia/Tokyo")
    expect(other.locator("html")).to_have_attribute("lang", "ar", timeout=30_000)
    assert axe.findings(olu) == []
    assert olu.evaluate("document.documentElement.scrollWidth") <= size[0]
    begins = olu.evaluate("document.querySelector('h1').getBoundingClientRect().right")
    assert begins > size[0] / 2, "lines begin at the right"
