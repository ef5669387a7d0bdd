"""What a refusal says about the mailbox."""

import pytest

from app.mailer.mailboxes import is_dead


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "5.1.1 no such user here"),
        (550, "5.1.1 <olu@b.example>: Recipient address rejected: User unknown in virtual mailbox table"),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
        (556, "5.1.10 recipient domain has null MX"),
        (550, "5.1.2 bad destination system"),
        (550, "5.2.1 the email account that you tried to reach is disabled"),
        (550, "5.1.6 mailbox has moved"),
        (550, "Requested action not taken: mailbox unavailable, no such user"),
        (550, "Unknown user"),
        (551, "user does not exist"),
        (550, "5.0.0 User unknown"),
        (None, "5.1.1"),
    ],
)
def test_bar_112_a_mailbox_that_is_gone_is_known_by_code_or_words(code: int | None, text: str) -> None:
    assert is_dead(code, text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (450, "4.1.1 no such user, maybe later"),
        (452, "4.2.2 mailbox full"),
        (550, "4.1.1 a 550 that says 4"),
        (552, "5.2.2 mailbox full"),
        (552, "5.3.4 message too big"),
        (550, "5.7.1 blocked: user unknown to our filter"),
        (554, "5.7.1 spam"),
        (550, "5.7.26 unauthenticated mail"),
        (550, "5.4.1 relay access denied"),
        (550, "5.0.0 something"),
        (550, "mailbox unavailable"),
        (554, "transaction failed: no such user"),
        (550, "Rejected: IP 5.1.1.7 is listed"),
        (250, "2.1.5 ok"),
        (None, "the mail relay did not answer in time"),
        (None, ""),
    ],
)
def test_bar_112_what_says_less_is_no_reason_to_give_an_address_up(code: int | None, text: str) -> None:
    assert not is_dead(code, text)
