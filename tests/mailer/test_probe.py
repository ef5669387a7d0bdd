"""Whether mail would leave, said in one line to whoever asks."""

import pytest

from app.mailer import smtp
from tests.mailer.rude_relay import RudeRelay, Talk, closed_port


def test_a_good_relay_passes_and_gets_no_mail() -> None:
    with RudeRelay(Talk.be_good) as relay:
        assert smtp.probe(relay.url) is None
        assert relay.mails == []
        assert relay.talks[0].heard == ["EHLO", "NOOP", "QUIT"]


def test_each_relay_that_cannot_be_used_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "WAIT_SECONDS", 0.3)
    with RudeRelay(Talk.wait_for_the_end) as silent, RudeRelay(Talk.be_good) as good:
        port = closed_port()
        wrong = smtp.probe(f"smtp://me:secret@127.0.0.1:{port},{silent.url},{good.url}")
    assert wrong is not None
    first, second = wrong.split("; ")
    assert first.startswith(f"127.0.0.1:{port}: the mail relay cannot be used")
    assert second.startswith(f"127.0.0.1:{silent.port}: the mail relay did not answer in time")
    assert "secret" not in wrong


def test_a_password_that_the_relay_does_not_take_is_said() -> None:
    def refuse(talk: Talk) -> None:
        talk.greet("AUTH PLAIN")
        talk.hear()
        talk.say("535 5.7.8 wrong password")
        talk.take()

    with RudeRelay(refuse) as relay:
        wrong = smtp.probe(f"smtp://me:secret@127.0.0.1:{relay.port}")
    assert wrong == f"127.0.0.1:{relay.port}: 5.7.8 wrong password"


def test_an_address_that_is_none_is_said() -> None:
    assert smtp.probe("mail.example") == "MAIL_SERVER: begin it with smtp:// or smtps:// and a host"


@pytest.mark.parametrize(
    ("public_url", "name"),
    [
        ("https://belfry.example", "belfry.example"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
    ],
)
def test_we_introduce_ourselves_as_the_standard_asks(public_url: str, name: str) -> None:
    assert smtp.own_name(public_url) == name
