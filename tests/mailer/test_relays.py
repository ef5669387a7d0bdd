"""MAIL_SERVER, as people write it."""

import pytest

from app.mailer.relays import Encryption, Relay, parse_relays

FROM_THE_START, REQUIRED, WHEN_OFFERED, NONE = Encryption


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("smtp://127.0.0.1:8025", Relay("127.0.0.1", 8025, NONE)),
        ("smtp://me:x@127.0.0.1:25", Relay("127.0.0.1", 25, NONE, "me", "x")),
        ("smtp://relay.example", Relay("relay.example", 25, WHEN_OFFERED)),
        ("smtp://relay.example?starttls=0", Relay("relay.example", 25, NONE)),
        ("smtp://relay.example:587?starttls=1", Relay("relay.example", 587, REQUIRED)),
        ("smtp://me:p%40ss@relay.example", Relay("relay.example", 587, REQUIRED, "me", "p@ss")),
        ("smtp://me:x@relay.example?starttls=0", Relay("relay.example", 587, NONE, "me", "x")),
        ("smtps://me:secret@relay.example", Relay("relay.example", 465, FROM_THE_START, "me", "secret")),
        ("smtps://[::1]:8465", Relay("::1", 8465, FROM_THE_START)),
    ],
)
def test_an_address_says_how_a_relay_is_spoken_to(text: str, relay: Relay) -> None:
    assert parse_relays(text) == (relay,)


def test_several_are_kept_in_their_order() -> None:
    assert [relay.host for relay in parse_relays("smtp://a.example, smtps://b.example")] == ["a.example", "b.example"]


@pytest.mark.parametrize(
    "text", ["", " , ", "relay.example", "http://me:secret@relay.example", "smtp://", "smtp://me:secret@r.example:no"]
)
def test_what_is_no_relay_is_refused_without_telling_the_password(text: str) -> None:
    with pytest.raises(ValueError, match="MAIL_SERVER") as refused:
        parse_relays(text)
    assert "secret" not in str(refused.value)


def test_a_relay_in_a_log_shows_no_password() -> None:
    (relay,) = parse_relays("smtp://me:secret@relay.example")
    assert "secret" not in repr(relay)
    assert relay.name == "relay.example:587"
