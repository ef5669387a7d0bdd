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
        smtplib.SMTPSenderRefused(550, b"5.7.1 not you", "belfry@localhost"),
    ],
)
def test_bar_10_a_5xx_about_the_letter_is_final(error: Exception) -> None:
    assert replies.refused(error).outcome is Outcome.FAILED
    assert replies.refused(error).code in {550, 554}


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
    ],
)
def test_a_5xx_about_our_own_line_fails_no_letter_for_good(error: Exception) -> None:
    assert replies.refused(error).outcome is Outcome.RETRY


def test_a_relays_words_are_kept_short_and_in_one_line() -> None:
    error = smtplib.SMTPDataError(554, b"no\r\nBcc: x\x00\xff\x1b[31m " + b"a" * 5000)
    text = replies.refused(error).text
    assert text.startswith("no  Bcc: x")
    assert len(text) <= replies.MOST_TEXT
    assert not [char for char in text if ord(char) < 32]


def test_a_promise_is_kept_with_the_name_that_the_relay_gave() -> None:
    assert replies.taken(250, b"2.0.0 Ok: queued as 4F1") == Answer(Outcome.SENT, 250, "2.0.0 Ok: queued as 4F1")
