"""What relays and broken lines mean for a letter."""

import smtplib
import ssl

import pytest

from app.mailer import replies
from app.mailer.kinds import Answer, Outcome

PRIYA = "priya@families.example"


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({PRIYA: (550, b"5.1.1 no such user")}),
        smtplib.SMTPDataError(554, b"5.7.1 looks like spam"),
        smtplib.SMTPSenderRefused(552, b"5.3.4 message too big", "belfry@localhost"),
    ],
)
def test_bar_10_a_5xx_about_the_letter_is_final(error: Exception) -> None:
    assert replies.refused(error).outcome is Outcome.FAILED
    assert replies.refused(error).code in {550, 552, 554}


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({PRIYA: (450, b"4.2.1 greylisted")}),
        smtplib.SMTPDataError(451, b"4.3.0 later"),
        smtplib.SMTPSenderRefused(421, b"4.3.2 going down", "belfry@localhost"),
        smtplib.SMTPServerDisconnected("gone"),
        ConnectionResetError(104, "reset"),
        TimeoutError(),
        ssl.SSLCertVerificationError("self-signed"),
        smtplib.SMTPNotSupportedError("no STARTTLS here"),
    ],
)
def test_bar_9_a_4xx_or_a_broken_line_may_pass(error: Exception) -> None:
    assert replies.refused(error).outcome is Outcome.RETRY


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong password"),
        smtplib.SMTPConnectError(554, b"5.7.1 you are on a list"),
        smtplib.SMTPHeloError(550, b"5.0.0 who are you"),
        smtplib.SMTPSenderRefused(530, b"5.7.0 authentication required", "belfry@localhost"),
        smtplib.SMTPSenderRefused(550, b"5.7.1 not you", "belfry@localhost"),
        smtplib.SMTPSenderRefused(553, b"sorry, that domain is not ours", "belfry@localhost"),
    ],
)
def test_a_5xx_about_our_own_line_fails_no_letter_for_good(error: Exception) -> None:
    assert replies.refused(error).outcome is Outcome.RETRY


PERMANENT, PASSING, OURS = (Outcome.FAILED, False), (Outcome.RETRY, False), (Outcome.RETRY, True)


@pytest.mark.parametrize(
    ("reply", "meaning"),
    [
        ("421 4.3.2 closing the channel", PASSING),
        ("450 4.2.1 mailbox busy", PASSING),
        ("450 4.7.1 greylisted, come back in five minutes", PASSING),
        ("451 4.7.1 please try again later", PASSING),
        ("451 local error", PASSING),
        ("452 4.2.2 mailbox full", PASSING),
        ("452 4.3.1 no room", PASSING),
        ("454 4.7.0 temporary authentication failure", OURS),
        ("501 5.1.3 bad address", PERMANENT),
        ("502 5.5.1 no such command", OURS),
        ("503 5.5.1 sign in first", OURS),
        ("523 5.7.10 encryption needed", OURS),
        ("530 5.7.0 must issue STARTTLS first", OURS),
        ("535 5.7.8 bad credentials", OURS),
        ("550 5.1.1 no such user", PERMANENT),
        ("550 5.7.1 you may not write to this list", PERMANENT),
        ("550 5.7.14 trust relationship required", OURS),
        ("550 5.7.26 not authenticated by SPF or DKIM", PERMANENT),
        ("550 no such user", PERMANENT),
        ("551 5.1.6 moved", PERMANENT),
        ("552 5.2.2 mailbox full", PERMANENT),
        ("553 5.1.3 bad name", PERMANENT),
        ("554 5.3.2 not accepting messages", OURS),
        ("554 5.3.5 misconfigured", OURS),
        ("554 5.7.1 spam", PERMANENT),
        ("554 5.7.8 sign in again", OURS),
        ("556 5.1.10 takes no mail", PERMANENT),
    ],
)
def test_bar_9_and_10_what_a_reply_to_an_address_means(reply: str, meaning: tuple[Outcome, bool]) -> None:
    code, text = int(reply[:3]), reply[4:].encode()
    answer = replies.refused(smtplib.SMTPRecipientsRefused({PRIYA: (code, text)}))
    assert (answer.outcome, replies.is_of_the_line(answer)) == meaning
    assert (answer.code, answer.text) == (code, reply[4:])


def test_a_relays_words_are_kept_short_and_in_one_line() -> None:
    error = smtplib.SMTPDataError(554, b"no\r\nBcc: x\x00\xff\x1b[31m " + b"a" * 5000)
    text = replies.refused(error).text
    assert text.startswith("no  Bcc: x")
    assert len(text) <= replies.MOST_TEXT
    assert not [char for char in text if ord(char) < 32]


def test_a_promise_is_kept_with_the_name_that_the_relay_gave() -> None:
    assert replies.taken(250, b"2.0.0 Ok: queued as 4F1") == Answer(Outcome.SENT, 250, "2.0.0 Ok: queued as 4F1")
