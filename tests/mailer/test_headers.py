"""Nobody writes a header or a recipient of their own into a mail."""

import re
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.identity.models import Account
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer import headers, jobs
from app.mailer.errors import UnsendableError
from app.mailer.kinds import Claim, Content, LetterStatus
from app.notifications.models import Notification
from app.roster.models import School, SchoolClass
from tests.mailer.conftest import VARIABLES, Post, letter
from tests.notifications.people import draft, ring
from tests.support.cast import Cast
from tests.support.smtp import Sink

BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\r\n\t",
    "\n ",
]
INJECTIONS = [f"Closed{mark}Bcc: evil@evil.example" for mark in BREAKS] + [
    "Closed\r\n\r\n<script>alert(1)</script>",
    "Closed\n",
    "=?utf-8?q?Closed=0D=0ABcc:_evil@evil.example?=",
    "Closed%0d%0aBcc: evil@evil.example",
    "x" * 5000,
    "very long words " * 300,
    "=?utf-8?b?Q2xvc2VkDQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
    "=\x00?utf-8?q?Closed=0D=0ABcc:_evil@evil.example?=",
    "a==??utf-8?q?=0D=0ABcc:_evil@evil.example?=",
]
ADDRESSES = [f"priya@families.example{mark}evil@evil.example" for mark in BREAKS] + [
    "",
    "priya",
    "@families.example",
    "priya@",
    "priya@families.example,evil@evil.example",
    "priya@families.example evil@evil.example",
    "<priya@families.example>",
    "Priya <priya@families.example>",
    "priya@families.example>\r\nRCPT TO:<evil@evil.example",
    '"a b"@families.example',
    "priya@families..example",
    "prïya@families.example",
    "=?utf-8?q?a=0D=0ABcc?=@families.example",
    "p" * 65 + "@families.example",
    "priya@" + "a." * 130 + "example",
]
EXPECTED = {
    "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "List-Id", "Content-Language", "MIME-Version",
    "Content-Type",
}  # fmt: skip


def the_only(sink: Sink) -> EmailMessage:
    (mail,) = sink.received
    assert mail.recipients == ("priya@families.example",)
    return mail.message


@pytest.mark.parametrize("words", INJECTIONS)
def test_bar_93_words_of_people_stay_in_their_header(postbox: Post, sink: Sink, words: str) -> None:
    variables = {**VARIABLES, "title": words, "school_name": words, "sender_name": words, "body": "Hello"}
    postbox.write = lambda _claim: Content("notification", variables, sender_name=words)
    letter_id = postbox.letter()
    jobs.drain_mail()
    assert letter(letter_id).status is LetterStatus.SENT
    message = the_only(sink)
    assert set(message.keys()) == EXPECTED
    assert len(message.keys()) == len(EXPECTED)
    assert [address.addr_spec for address in message["From"].addresses] == ["belfry@localhost"]
    assert len(str(message["Subject"])) <= headers.MOST_WORDS
    assert message.defects == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_bar_93_an_address_that_says_more_than_one_address_is_refused(address: str) -> None:
    with pytest.raises(UnsendableError):
        headers.address(address)


def test_bar_93_a_letter_to_such_an_address_fails_at_once_and_no_relay_sees_it(postbox: Post, sink: Sink) -> None:
    letter_id = postbox.letter("priya@families.example\r\nBcc: evil@evil.example")
    jobs.drain_mail()
    assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.FAILED, 1)
    assert letter(letter_id).error_message == "the mail address cannot be used"
    assert sink.received == []


@pytest.mark.parametrize("mark", BREAKS)
def test_bar_93_a_header_that_a_program_made_is_refused_with_a_break_in_name_or_value(
    postbox: Post, sink: Sink, mark: str
) -> None:
    def write(claim: Claim) -> Content:
        name, value = ("List-Unsubscribe", f"<https://x>{mark}Bcc: a@b") if claim.is_urgent else (f"X{mark}Bcc", "a@b")
        return Content("notification", VARIABLES, headers={name: value})

    postbox.write = write
    letters = [postbox.letter(), postbox.letter(lane=Lane.URGENT_MAIL)]
    jobs.drain_mail()
    jobs.drain_urgent_mail()
    assert [letter(letter_id).status for letter_id in letters] == [LetterStatus.FAILED] * 2
    assert sink.received == []


def test_bar_93_a_header_that_a_program_made_is_refused_when_it_is_no_plain_line_of_a_length_that_relays_take(
    postbox: Post, sink: Sink
) -> None:
    values = ("<https://belfry.example/ü>", f"<https://belfry.example/{'x' * 900}>", "=?utf-8?q?=0D=0ABcc:_a@b?=")
    for text in values:
        with pytest.raises(UnsendableError):
            headers.value(text)


def test_a_long_link_in_a_header_is_neither_folded_nor_encoded(postbox: Post, sink: Sink) -> None:
    """Mail programs look for the link itself: RFC 2369, section 2."""
    link = f"<https://belfry.some-school-district.example.org/unsubscribe/{'Abc-_123.' * 20}>"
    postbox.write = lambda _claim: Content("notification", VARIABLES, headers={"List-Unsubscribe": link})
    postbox.letter()
    jobs.drain_mail()
    (mail,) = sink.received
    assert f"\nList-Unsubscribe: {link}\r\n".encode() in mail.raw
    assert b"\nList-Id: <test." in mail.raw
    assert mail.message.defects == []


def test_a_header_that_the_content_earns_stands_in_the_mail(postbox: Post, sink: Sink) -> None:
    earned = {"List-Unsubscribe": "<https://belfry.example/unsubscribe/abc>"}
    postbox.write = lambda _claim: Content("notification", VARIABLES, headers=earned)
    postbox.letter()
    jobs.drain_mail()
    assert the_only(sink)["List-Unsubscribe"] == earned["List-Unsubscribe"]


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("Priya.Rahman+school@Families.example", "Priya.Rahman+school@Families.example"),
        ("o'hara@families.example", "o'hara@families.example"),
        ("priya@bücher.example", "priya@xn--bcher-kva.example"),
        ("belfry@localhost", "belfry@localhost"),
    ],
)
def test_an_honest_address_is_taken(app: Flask, written: str, sent_to: str) -> None:
    assert headers.address(written) == sent_to


@pytest.mark.parametrize("words", [*INJECTIONS, *(f"{mark}Bcc: evil@evil.example{mark}" for mark in BREAKS)])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_93_whatever_stands_in_the_rows_a_mail_is_made_of_the_relay_sees_one_recipient_and_no_other_header(
    session: Session, cast: Cast, sink: Sink, words: str
) -> None:
    """By the real writer: names of people, of their children, of school and groups, title, text and link."""
    id_ = ring(
        cast, draft(f"class:{cast.northfield.classes['4B']}", f"guardians-of:class:{cast.northfield.classes['4B']}")
    )
    short = words.replace("\0", "")
    with unit_of_work() as unit:
        for row, column, longest in ((Account, "name", 200), (School, "name", 200), (SchoolClass, "name", 80)):
            unit.execute(update(row).values({column: short[:longest]}))
        kept = {"title": short[:200], "body": words, "link": f"https://x.example/{short}"[:2000]}
        names = dict.fromkeys(session.get_one(Notification, id_).audience["names"], short)
        audience = {**session.get_one(Notification, id_).audience, "names": names}
        unit.execute(update(Notification).values(**kept, audience=audience))
    while jobs.drain_mail():
        pass
    assert {mail.recipients for mail in sink.received} >= {("priya@belfry.example",), ("asha@belfry.example",)}
    for mail in sink.received:
        assert len(mail.recipients) == 1
        assert sorted(mail.message.keys()) == sorted(EXPECTED | {"List-Unsubscribe", "List-Unsubscribe-Post"})
        assert re.fullmatch(r"<http://127\.0\.0\.1:8000/unsubscribe/[A-Za-z0-9_-]+>", mail.message["List-Unsubscribe"])
        assert mail.message.defects == []


@pytest.mark.parametrize("mark", BREAKS)
def test_bar_93_no_setting_of_an_office_breaks_out_of_the_link_that_unsubscribes(mark: str) -> None:
    """PUBLIC_URL stands in it; a break there refuses the mail, and a token has no sign but those of base64."""
    with pytest.raises(UnsendableError):
        headers.value(f"<https://belfry.example{mark}Bcc: evil@evil.example/unsubscribe/abc>")
