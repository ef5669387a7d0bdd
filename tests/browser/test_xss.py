"""Words that try everything, written wherever people can write, on every page that shows them: they stay words.

The same story is told twice: once with harmless words, which teaches what the pages hold, and once with the corpus of
attacks. What pages then ask for, hold or do beyond that has been made by words.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import NotificationRecipient
from app.settings import Settings
from tests.browser.everywhere import Everywhere, word_of
from tests.browser.story import MAY_ASK, Story
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast
from tests.support.lookout import Lookout, lookout_of
from tests.support.pages import Client
from tests.support.payloads import corpus
from tests.support.smtp import Sink

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
PATIENCE = 30_000
AGENT = f'{word_of("user_sessions.user_agent")}/1.0 ("><img src=/xss onerror=alert(1)>) Chrome/120'
FIELDS = tomllib.loads((Path(__file__).parents[1] / "web" / "text_fields.toml").read_text())
HARMLESS = [
    "Plain words",
    '# A heading\n\nWords with a [link](https://school.example/map "words"), **strong**, *soft*, `code`\n\n> said',
    "- one\n- two\n\n3. three\n4. four\n\n```\ncode\n```\n\n---\n\n## More\n\nA line\nand another",
]


@contextmanager
def told(browser: Browser, settings: Settings, directory: Path, **options: Any) -> Iterator[tuple[Webs, Lookout]]:
    with running_webs(settings, directory) as web:
        lookout = lookout_of(browser, web.url(), MAY_ASK, **options)
        yield web, lookout
        lookout.context.close()


def families(story: Story) -> None:
    """What comes to Priya while she has a page open, and what she finds afterwards."""
    school, lookout = story.school, story.lookout
    priya = story.enter("priya")
    story.see(priya, "/account/sessions")
    expect(priya.locator("#live-state")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    school.send_all(f"person:{school.cast.priya.id}")
    expect(priya.locator("#inbox-badge")).to_have_text(re.compile(f"{len(school.sent)}|99"), timeout=PATIENCE)
    lookout.look(priya)
    priya.locator("#bell summary").click()
    expect(priya.locator("#latest li").first).to_be_visible(timeout=PATIENCE)
    lookout.look(priya)
    story.see(priya, "/inbox", whole=True)
    story.read(priya, [f"/inbox/{id_}" for id_ in school.sent])
    for id_ in (school.sent[-1], school.sent[0]):
        story.see(priya, f"/inbox/{id_}")
    for line in (school.lines[0], school.lines[-1]):
        story.see(priya, f"/inbox?q={quote(line[:190])}")
    for path in ("/inbox?q=nowhere", "/account", "/account/preferences"):
        story.see(priya, path)
    story.submit(priya, "/account/preferences", ("language", school.names[0]), ("time_zone", school.lines[-1]))
    emergencies(story, priya)


def emergencies(story: Story, priya: Page) -> None:
    """Over the page, and above it once they are confirmed."""
    school = story.school
    priya.goto("/account")
    expect(priya.locator("#live-state")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    count = min(4, len(school.lines))
    for at in range(count):
        body = "\n\n".join(school.texts[at::count])
        school.send(school.lines[at], body, f"guardians-of:school:{school.cast.northfield.id}", "emergency")
    school.arrive()
    alerts = priya.locator("#alerts dialog")
    expect(alerts).to_have_count(count, timeout=PATIENCE)
    story.lookout.look(priya)
    for left in range(count, 0, -1):
        alerts.first.locator("button").last.click()
        expect(alerts).to_have_count(left - 1, timeout=PATIENCE)
    story.see(priya, "/inbox")


def office(story: Story, failed: UUID, planned: Sequence[str]) -> None:
    """What Margaret writes, finds, and is told."""
    school = story.school
    margaret = story.enter("margaret")
    story.see(margaret, "/notifications", whole=True)
    story.see(margaret, f"/notifications/{failed}", whole=True)
    story.see(margaret, f"/notifications/{failed}?show=failed&name={'%22%3E%3Cxss%3E'}")
    for path in ("/admin", "/admin/unreachable", "/notifications/templates", "/notifications/drafts"):
        story.see(margaret, path, whole=True)
    for place in (".drafts a", "#main a[href*='/templates/']:not([href$=new])"):
        margaret.goto("/notifications/drafts" if "drafts" in place else "/notifications/templates")
        paths = margaret.locator(place).evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert paths, place
        story.read(margaret, paths)
        story.see(margaret, paths[0])
    for path in planned:
        story.see(margaret, path)
        story.see(margaret, f"{path}/edit")
    story.see(margaret, "/notifications/planned")
    words = [("title", school.lines[0]), ("body", "\n\n".join(school.texts)), ("link", school.lines[-1])]
    odd = [
        (name, school.names[at % len(school.names)])
        for at, name in enumerate(("category", "priority", "expires_at", "q"))
    ]
    story.submit(
        margaret, "/notifications/new", *words, *odd, ("include", school.names[0]), ("exclude", school.names[-1])
    )
    ready = [*words[:2], ("include", f"school:{school.cast.northfield.id}"), ("category", "emergency")]
    story.submit(margaret, "/notifications/new", *ready)
    story.submit(margaret, "/notifications/new", *ready, ("confirmed", "1"), ("school_name", school.lines[0]))
    story.submit(margaret, "/notifications/templates/new", ("name", school.lines[0] * 2), *words[:2])
    for place in ("inbox", "page", "alert", "mail"):
        story.submit(
            margaret,
            f"/notifications/preview/{place}",
            *ready[:3],
            ("category", "emergency" if place == "alert" else "announcement"),
            looks=False,
        )
        story.lookout.sealed(margaret)
        margaret.goto("/account")
    composer(story, margaret)


def composer(story: Story, margaret: Page) -> None:
    """The finder while somebody types, the frame beside the form, and the tokens of who is chosen."""
    margaret.goto("/notifications/new")
    for text in ("alert", "xss", story.school.cast.priya.sign_in_name[:3], 'x"><img src=/xss onerror=alert(1)>'):
        margaret.locator("[name=q]").fill(text)
        expect(margaret.locator("#found-said")).to_contain_text(text, timeout=PATIENCE)
        for box in margaret.locator("#found [name=include]").all()[:3]:
            box.evaluate("box => box.click()")
        story.lookout.look(margaret)
    margaret.locator("[name=title]").first.fill(story.school.lines[-1])
    expect(margaret.frame_locator("iframe.look").locator(".line-title")).to_be_visible(timeout=PATIENCE)
    story.lookout.look(margaret)


def withdraw(story: Story, notification_id: UUID) -> None:
    """Taken back, with a reason, and looked at by whoever has read it."""
    story.submit(story.enter("priya"), f"/inbox/{notification_id}/reading", looks=False)
    margaret, school = story.enter("margaret"), story.school
    story.see(margaret, f"/notifications/new?corrects={notification_id}")
    story.see(margaret, f"/notifications/{notification_id}/withdrawal")
    action = f"/notifications/{notification_id}/withdrawal"
    story.submit(margaret, action, ("reason", "\n\n".join([*school.texts, "x" * 500])))  # too long: it comes back
    story.submit(margaret, action, ("reason", school.named("withdrawals.reason")))
    priya = story.enter("priya")
    for path in (f"/inbox/{notification_id}", "/inbox"):
        story.see(priya, path)


def whole(story: Story) -> None:
    """All of it."""
    school = story.school
    school.name_people_and_groups()
    families(story)
    school.keep_texts_and_drafts()
    planned, failed = school.plan(), school.fail()
    office(story, failed, planned)
    withdraw(story, school.sent[-1])
    dana = story.enter("dana")
    for path in ("/account", "/notifications", "/notifications/new", "/admin/unreachable"):
        story.see(dana, path)
    story.lookout.context.clear_cookies()
    stranger = story.lookout.context.new_page()
    stranger.goto(f"/login?next=/inbox?q={'%22%3E%3Cxss'}")
    story.submit(
        stranger, "/login", ("email", school.lines[-1]), ("password", school.lines[0]), ("next", school.lines[0])
    )


@pytest.fixture
def everywhere(app: Flask, cast: Cast, sink: Sink, browser_of: Callable[..., Client]) -> Callable[..., Everywhere]:
    return lambda texts: Everywhere(app, cast, browser_of("margaret"), sink, texts)


def test_bar_92_whatever_is_typed_anywhere_does_nothing_on_any_page(
    app: Flask, chromium: Browser, settings: Settings, tmp_path: Path, everywhere: Callable[..., Everywhere]
) -> None:
    with told(chromium, settings, tmp_path / "plain") as (_web, harmless):
        whole(Story(harmless, everywhere(HARMLESS)))
        with app.app_context(), unit_of_work() as session:
            session.execute(update(NotificationRecipient).values(read_at=now()))
    assert harmless.findings(harmless) == []
    with told(chromium, settings, tmp_path / "web", user_agent=AGENT) as (_web, lookout):
        whole(Story(lookout, everywhere(corpus())))
    assert lookout.findings(harmless) == []
    said = "\n".join(lookout.words).casefold()
    columns = FIELDS["columns"]
    assert [column for column in columns["shown"] if word_of(column).casefold() not in said] == []
    assert [column for column in columns["nowhere"] if word_of(column).casefold() in said] == []
    assert lookout.fields == {*FIELDS["fields"]["filled"], *FIELDS["fields"]["ours"]}, "a field that nobody has filled"
