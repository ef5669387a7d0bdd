"""What arrives: one mail in two renditions that say the same, in the reader's language."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import pytest

from app.kernel.jobs import Lane
from app.mailer import jobs, messages
from app.mailer.claim import claim_next
from app.mailer.kinds import Content, LetterStatus
from tests.mailer.conftest import VARIABLES, Post, letter
from tests.support.smtp import Received, Sink


@pytest.fixture
def mailed(postbox: Post, sink: Sink) -> "Mailed":
    return Mailed(postbox, sink)


class Mailed:
    """Sends one letter and gives what the relay got."""

    def __init__(self, postbox: Post, sink: Sink) -> None:
        self.postbox, self.sink = postbox, sink

    def __call__(self, lane: Lane = Lane.MAIL, locale: str | None = None, **variables: Any) -> Received:
        wanted = {**VARIABLES, **variables}
        self.postbox.write = lambda _claim: Content("notification", wanted, sender_name=wanted["school_name"])
        self.letter_id = self.postbox.letter(lane=lane, locale=locale)
        jobs.drain(lane)
        assert letter(self.letter_id).status is LetterStatus.SENT, letter(self.letter_id).error_message
        return self.sink.received[-1]


def test_bar_114_a_mail_is_multipart_with_the_headers_of_its_kind(mailed: Mailed) -> None:
    mail = mailed()
    message = mail.message
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.defects == []
    assert str(message["From"]) == "Northfield Primary <belfry@localhost>"
    assert mail.sender == "belfry@localhost"
    assert str(message["To"]) == "priya@families.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == f"<test.{mailed.postbox.school_id}.127.0.0.1>"
    assert message["Content-Language"] == "en"
    assert mail.message_id == f"<{mailed.letter_id}@127.0.0.1>"
    sent = message["Date"].datetime
    assert abs((sent - datetime.now(UTC)).total_seconds()) < 60
    assert message["Importance"] is None


def test_both_renditions_say_the_same(mailed: Mailed) -> None:
    mail = mailed(requires_acknowledgement=True, link="https://school.example/map")
    plain, words = mail.text("plain"), words_of(mail)
    for said in (
        "Northfield Primary",
        "Margaret Flynn",
        "School closes at 13:00 on Friday",
        "For Mina, Yusuf and Noor",
        "Please collect your children from the main gate at 13:00.",
        "because you look after Mina, Yusuf and Noor",
    ):
        assert said in plain
        assert said in words
    for address in (VARIABLES["url"], "https://school.example/map"):
        assert address in plain
        assert f'href="{address}"' in mail.text("html")
    assert "asks you to confirm" in plain
    assert "I have read this" in words
    assert "<strong>main gate</strong>" in re.sub(r" style=\"[^\"]*\"", "", mail.text("html"))


def test_the_reason_is_a_sentence_that_names_the_school(mailed: Mailed) -> None:
    mail = mailed(reason_words="to guardians of class 4B; you get it for Mina")
    said = "From Northfield Primary, to guardians of class 4B; you get it for Mina."
    assert said in mail.text("plain")
    assert said in words_of(mail)


def test_a_link_within_the_site_leads_there_from_a_mail_too(mailed: Mailed) -> None:
    mail = mailed(link="/notifications/7?a=1&b=2")
    assert "http://127.0.0.1:8000/notifications/7?a=1&b=2" in mail.text("plain").splitlines()
    assert 'href="http://127.0.0.1:8000/notifications/7?a=1&amp;b=2"' in mail.text("html")


def test_a_link_in_the_text_leads_to_the_site_and_never_to_a_host_that_looks_like_a_path(mailed: Mailed) -> None:
    html = mailed(body="[ours](/inbox) [theirs](//evil.example) [web](https://school.example/map)").text("html")
    assert re.search(r'href="http://127\.0\.0\.1:\d+/inbox"', html)
    assert "evil.example" not in html
    assert 'href="https://school.example/map"' in html


@pytest.mark.parametrize(
    ("category", "priority", "subject", "word"),
    [
        ("emergency", "emergency", "EMERGENCY: Gas leak", "EMERGENCY"),
        ("announcement", "high", "Important: Gas leak", "IMPORTANT"),
        ("announcement", "normal", "Gas leak", None),
    ],
)
def test_severity_is_a_word_in_subject_and_both_renditions(
    mailed: Mailed, category: str, priority: str, subject: str, word: str | None
) -> None:
    mail = mailed(category=category, priority=priority, title="Gas leak")
    assert mail.subject == subject
    assert mail.text("plain").startswith(word) if word else not mail.text("plain").isupper()
    shown = words_of(mail)
    assert ("Emergency" in shown, "Important" in shown) == (word == "EMERGENCY", word == "IMPORTANT")


def test_urgent_mail_says_so_to_mail_programs(mailed: Mailed) -> None:
    assert mailed(lane=Lane.URGENT_MAIL).message["Importance"] == "high"


def test_bar_94_what_people_write_is_never_a_template_nor_markup(mailed: Mailed) -> None:
    evil = "{{ 7*7 }}{% raise %}<img src=x onerror=alert(1)>"
    mail = mailed(
        title=evil, body=evil, school_name=evil, sender_name=evil, reason_words=evil, children=[evil], link=None
    )
    assert "{{ 7*7 }}{% raise %}" in mail.text("plain")
    assert "49" not in mail.text("plain")
    assert "{{ 7*7 }}{% raise %}" in words_of(mail)
    tree = html5lib.parse(mail.text("html"), namespaceHTMLElements=False)
    assert tree.findall(".//img") == []
    assert tree.findall(".//script") == []
    assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == []


def test_a_child_name_that_looks_like_markup_is_escaped_in_the_reason_too(mailed: Mailed) -> None:
    html = mailed(children=["<b>Mina</b>"]).text("html")
    assert html.count("&lt;b&gt;Mina&lt;/b&gt;") == 2


def test_styles_stand_at_the_elements_and_the_dark_ones_in_the_head(mailed: Mailed) -> None:
    html = mailed(category="emergency", priority="emergency").text("html")
    assert re.search(r'<div class="card emergency" style="[^"]*border-top: ?6px solid #b3141f', html)
    assert "prefers-color-scheme" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "http-equiv" not in html
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert tree.find(".//html") is None
    assert tree.attrib == {"lang": "en", "dir": "ltr"}


def test_a_mail_calls_nobody(mailed: Mailed) -> None:
    html = mailed(body="![spy](https://evil.example/pixel.png)").text("html")
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert [element.tag for element in tree.iter() if element.attrib.keys() & {"src", "srcset", "background"}] == []
    assert "url(" not in html


def test_a_mail_is_in_the_readers_language_and_reads_from_its_side(mailed: Mailed) -> None:
    mail = mailed(locale="ar")
    assert mail.message["Content-Language"] == "ar"
    tree = html5lib.parse(mail.text("html"), namespaceHTMLElements=False)
    assert tree.attrib == {"lang": "ar", "dir": "rtl"}
    assert "\u2068Mina\u2069 و\u2068Yusuf\u2069 و\u2068Noor\u2069" in mail.text("plain")


def test_a_language_nobody_knows_is_english(mailed: Mailed) -> None:
    assert mailed(locale="xx-nonsense").message["Content-Language"] == "en"


def test_times_are_exact_and_in_the_zone_they_carry(mailed: Mailed) -> None:
    until = datetime(2026, 7, 3, 15, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
    assert "This holds until Friday, 3 July 2026, 16:00 BST." in mailed(expires_at=until).text("plain")


def test_a_name_of_any_script_and_a_long_title_arrive_whole(mailed: Mailed) -> None:
    title = "ბეღურა " * 28
    mail = mailed(school_name="École Élémentaire Jeanne d’Arc", title=title.strip())
    assert mail.message["From"].addresses[0].display_name == "École Élémentaire Jeanne d’Arc"
    assert mail.subject == title.strip()


def test_no_line_is_longer_than_relays_allow_and_all_are_seven_bit(postbox: Post) -> None:
    postbox.letter()
    claim = claim_next(Lane.MAIL)
    assert claim is not None
    mail = messages.compose(claim, Content("notification", {**VARIABLES, "body": "ქ" * 3000 + "a" * 3000}))
    lines = mail.as_bytes().split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert max(max(line, default=0) for line in lines) < 128


def words_of(mail: Received) -> str:
    body = html5lib.parse(mail.text("html"), namespaceHTMLElements=False).find("body")
    assert body is not None
    return " ".join("".join(body.itertext()).split())
