"""Carriers tell what became of mails: only they can, each thing once, quickly; and what they tell is told on."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.datastructures import Headers as WithoutCase

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer import feedback, inbound, jobs, signatures, webhooks
from app.mailer.kinds import Grounds, LetterStatus, Report, Reported, Source
from app.mailer.models import Letter, MailReport, Suppression, WebhookRequest
from app.mailer.names import letter_named, name_given
from app.settings import Settings, SettingsError
from tests.mailer.conftest import Post, letter
from tests.support.content import content_of
from tests.support.smtp import Sink
from tests.support.statements import overheard

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty two bytes ...").decode()
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC_KEY = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
OLU = "olu@families.example"
Headers = dict[str, str]


def resend_headers(
    body: bytes, age: int = 0, id_: str = "msg_1", secret: str = SECRET, prefix: str = "svix"
) -> Headers:
    id_, sent_at = "msg_1", str(int(now().timestamp()) - age)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{id_}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(made).decode()}"
    return {"svix-id": id_, "svix-timestamp": sent_at, "svix-signature": signature}


def sendgrid_headers(body: bytes, age: int = 0, key: ec.EllipticCurvePrivateKey = KEY) -> Headers:
    sent_at = str(int(now().timestamp()) - age)
    signature = base64.b64encode(key.sign(sent_at.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    name = "X-Twilio-Email-Event-Webhook"
    return {f"{name}-Timestamp": sent_at, f"{name}-Signature": signature}


def resend_body(letter_id: UUID | None = None, kind: str = "email.bounced", **data: Any) -> bytes:
    told = {"email_id": "56761188-7520-42d8-8898-ff6fc54ce618", "to": [OLU], **data}
    if letter_id:
        told["headers"] = [{"name": "Message-ID", "value": f"<{letter_id}@127.0.0.1>"}]
    return json.dumps({"type": kind, "created_at": "2026-11-20T12:00:00.000Z", "data": told}).encode()


def sendgrid_body(*events: dict[str, Any]) -> bytes:
    return json.dumps(list(events)).encode()


def sendgrid_event(letter_id: UUID, number: int = 0, kind: str = "bounce", **more: Any) -> dict[str, Any]:
    told = {"email": OLU, "event": kind, "sg_event_id": f"event-{number}", "smtp-id": f"<{letter_id}@127.0.0.1>"}
    return {**told, "timestamp": 1763640000, "status": "5.1.1", "reason": "550 5.1.1 no such user", **more}


@pytest.fixture
def carrier(app: Flask, postbox: Post, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody who posts to an installation that expects both carriers."""
    from dataclasses import replace

    settings = app.extensions["belfry.settings"]
    expecting = replace(settings, resend_webhook_secret=SECRET, sendgrid_webhook_key=PUBLIC_KEY)
    monkeypatch.setitem(app.extensions, "belfry.settings", expecting)
    return app.test_client()


@pytest.fixture
def sent(postbox: Post, sink: Sink) -> UUID:
    letter_id = postbox.letter(OLU)
    jobs.drain_mail()
    db.session.remove()
    return letter_id


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(MailReport)) or 0


def test_the_example_of_the_standard_webhooks_specification_is_signed_as_it_says() -> None:
    named = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    headers = WithoutCase(named)
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert signatures.is_from_resend(headers, body, secret, 1614265330.0)
    assert not signatures.is_from_resend(headers, body + b" ", secret, 1614265330.0)
    assert not signatures.is_from_resend(headers, body, secret, 1614265330.0 + 301)


@pytest.mark.parametrize("path", ["/webhooks/resend", "/webhooks/sendgrid"])
def test_bar_111_a_request_that_is_not_signed_or_wrongly_or_too_long_ago_is_refused_and_changes_nothing(
    app: Flask, carrier: FlaskClient, sent: UUID, path: str
) -> None:
    settings = app.extensions["belfry.settings"]
    sign: Callable[..., Headers] = resend_headers if "resend" in path else sendgrid_headers
    body = resend_body(sent) if "resend" in path else sendgrid_body(sendgrid_event(sent))
    good = sign(body)
    signature, sent_at = (next(name for name in good if name.lower().endswith(end)) for end in ("signature", "stamp"))
    bad = [
        {},
        {name: value for name, value in good.items() if name != signature},
        {name: value for name, value in good.items() if name != sent_at},
        {**good, signature: ""},
        {**good, signature: "v1,AAAA"},
        {**good, signature: "\u00e9\u00ff"},
        {**good, signature: good[signature].replace("v1,", "v2,").replace("MEU", "AAA").replace("MEQ", "AAA") + "A"},
        {**good, sent_at: "yesterday"},
        {**good, sent_at: "9" * 400},
        {**good, sent_at: str(int(good[sent_at]) - 60)},
        sign(body, 330),
        sign(body, -330),
        sign(body + b" "),
    ]
    other = "whsec_" + base64.b64encode(b"another secret of some length ..").decode()
    bad.append(resend_headers(body, secret=other) if "resend" in path else _signed_by_another(body))
    before = content_of(settings)
    for headers in bad:
        assert carrier.post(path, data=body, headers=headers).status_code == 401, headers
    assert content_of(settings) == before
    assert carrier.post(path, data=body, headers=good).status_code == 204
    assert kept() == 1


def _signed_by_another(body: bytes) -> Headers:
    return sendgrid_headers(body, key=ec.generate_private_key(ec.SECP256R1()))


def test_bar_111_a_request_that_is_replayed_is_refused_and_an_event_told_again_is_known(
    carrier: FlaskClient, sent: UUID
) -> None:
    body = resend_body(sent)
    headers = resend_headers(body)
    assert carrier.post("/webhooks/resend", data=body, headers=headers).status_code == 204
    assert carrier.post("/webhooks/resend", data=body, headers=headers).status_code == 401
    again = resend_headers(body, age=60)
    assert carrier.post("/webhooks/resend", data=body, headers=again).status_code == 204
    assert kept() == 1

    one, two = sendgrid_event(sent, 1), sendgrid_event(sent, 2)
    for events in ((one, one), (one, two), (two,)):
        body = sendgrid_body(*events)
        assert carrier.post("/webhooks/sendgrid", data=body, headers=sendgrid_headers(body)).status_code == 204
    assert kept() == 3
    inbound.work()
    inbound.work()
    assert letter(sent).status is LetterStatus.BOUNCED
    assert db.session.scalar(select(func.count()).select_from(Suppression)) == 1


def test_bar_111_where_no_carrier_is_expected_there_is_nothing(app: Flask, postbox: Post) -> None:
    client = app.test_client()
    for path in ("/webhooks/resend", "/webhooks/sendgrid"):
        assert client.post(path, data=b"{}").status_code == 404


def test_bar_111_a_thousand_events_are_taken_by_a_few_statements_and_dealt_with_afterwards(
    carrier: FlaskClient, sent: UUID
) -> None:
    events = [sendgrid_event(sent, number, "delivered") for number in range(1000)]
    body = sendgrid_body(*events)
    with overheard() as statements:
        assert carrier.post("/webhooks/sendgrid", data=body, headers=sendgrid_headers(body)).status_code == 204
    assert len(statements) < 20
    assert kept() == 1000
    assert letter(sent).status is LetterStatus.SENT, "nothing is done while the carrier waits"
    inbound.work()
    assert letter(sent).status is LetterStatus.DELIVERED
    assert db.session.scalar(select(func.count()).select_from(MailReport).where(MailReport.done_at.is_(None))) == 0


def test_an_answer_sets_no_cookie_and_a_body_beyond_measure_is_refused(carrier: FlaskClient) -> None:
    body = b"[" + b" " * 3_000_000 + b"]"
    answer = carrier.post("/webhooks/sendgrid", data=body, headers=sendgrid_headers(body))
    assert answer.status_code == 413
    body = sendgrid_body()
    answer = carrier.post("/webhooks/sendgrid", data=body, headers=sendgrid_headers(body))
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (204, [])


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"{}", b"[1, null, [], {}]", b'{"data": 5}', b"[" * 100_000, b"\xff\xfe", b"[{}]", b'"x"', b"1e999"],
)
def test_what_is_signed_and_of_no_use_breaks_nothing(carrier: FlaskClient, body: bytes) -> None:
    for path, sign in (("/webhooks/resend", resend_headers), ("/webhooks/sendgrid", sendgrid_headers)):
        assert carrier.post(path, data=body, headers=sign(body)).status_code in {204, 400}
    assert kept() == 0


@pytest.mark.parametrize(
    ("event", "fate", "is_dead"),
    [
        ({"event": "delivered", "response": "250 OK"}, Reported.DELIVERED, False),
        ({"event": "bounce", "type": "bounce"}, Reported.BOUNCED, True),
        (
            {"event": "bounce", "type": "blocked", "reason": "550 spam", "status": "5.7.1"},
            Reported.BOUNCED,
            False,
        ),
        ({"event": "bounce", "status": "5.2.2", "reason": "552 mailbox full"}, Reported.BOUNCED, False),
        ({"event": "dropped", "reason": "Bounced Address", "status": ""}, Reported.BOUNCED, True),
        ({"event": "dropped", "reason": "Unsubscribed Address", "status": ""}, Reported.BOUNCED, False),
        ({"event": "spamreport"}, Reported.COMPLAINED, False),
        ({"event": "deferred", "response": "450 later"}, Reported.DEFERRED, False),
        ({"event": "open"}, None, False),
        ({"event": ["bounce"]}, None, False),
        ({"sg_event_id": ""}, None, False),
    ],
)
def test_what_sendgrid_tells(event: dict[str, Any], fate: Reported | None, is_dead: bool) -> None:
    letter_id = UUID("0190a000-0000-7000-8000-000000000001")
    found = webhooks.of_sendgrid(sendgrid_body({**sendgrid_event(letter_id), **event}))
    assert [(report.fate, report.is_mailbox_dead) for report in found] == ([(fate, is_dead)] if fate else [])
    assert all((report.letter_id, report.address) == (letter_id, OLU) for report in found)


@pytest.mark.parametrize(
    ("kind", "bounce", "fate", "is_dead"),
    [
        ("email.delivered", {}, Reported.DELIVERED, False),
        ("email.bounced", {"type": "Permanent", "subType": "General", "message": "gone"}, Reported.BOUNCED, True),
        ("email.bounced", {"type": "Permanent", "subType": "MessageTooLarge"}, Reported.BOUNCED, False),
        ("email.bounced", {"type": "Transient", "subType": "MailboxFull"}, Reported.BOUNCED, False),
        ("email.suppressed", {}, Reported.BOUNCED, True),
        ("email.complained", {}, Reported.COMPLAINED, False),
        ("email.delivery_delayed", {}, Reported.DEFERRED, False),
        ("email.opened", {}, None, False),
    ],
)
def test_what_resend_tells(kind: str, bounce: dict[str, str], fate: Reported | None, is_dead: bool) -> None:
    found = webhooks.of_resend(resend_body(None, kind, bounce=bounce), "msg_1")
    assert [(report.fate, report.is_mailbox_dead) for report in found] == ([(fate, is_dead)] if fate else [])
    assert all(report.external_id == "56761188-7520-42d8-8898-ff6fc54ce618" for report in found)


def test_a_report_that_is_quicker_than_its_worker_waits_for_the_letter(carrier: FlaskClient, sent: UUID) -> None:
    body = resend_body(None, "email.complained")
    assert carrier.post("/webhooks/resend", data=body, headers=resend_headers(body)).status_code == 204
    inbound.work()
    assert letter(sent).status is LetterStatus.SENT
    with unit_of_work() as session:
        session.execute(update(Letter).values(external_id="56761188-7520-42d8-8898-ff6fc54ce618"))
        session.execute(update(MailReport).values(due_at=now()))
    inbound.work()
    assert letter(sent).status is LetterStatus.DELIVERED
    assert db.session.scalar(select(Suppression.grounds)) is Grounds.COMPLAINT


def test_one_report_that_cannot_be_dealt_with_keeps_no_other(
    carrier: FlaskClient, sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = feedback.take_in

    def choke(report: Report) -> bool:
        if report.event_id == "event-1":
            raise ZeroDivisionError
        return take_in(report)

    monkeypatch.setattr(inbound, "take_in", choke)
    body = sendgrid_body(*(sendgrid_event(sent, number) for number in range(3)))
    assert carrier.post("/webhooks/sendgrid", data=body, headers=sendgrid_headers(body)).status_code == 204
    inbound.work()
    undone = select(MailReport.event_id).where(MailReport.done_at.is_(None))
    assert db.session.scalars(undone).all() == ["event-1"]
    assert letter(sent).status is LetterStatus.BOUNCED


def test_what_was_taken_is_forgotten_in_time(carrier: FlaskClient, sent: UUID) -> None:
    body = sendgrid_body(sendgrid_event(sent))
    carrier.post("/webhooks/sendgrid", data=body, headers=sendgrid_headers(body))
    inbound.forget()
    assert kept() == 1
    with unit_of_work() as session:
        session.execute(update(MailReport).values(received_at=now() - timedelta(days=8)))
        session.execute(update(WebhookRequest).values(received_at=now() - timedelta(hours=2)))
    inbound.forget()
    assert kept() == 0
    assert db.session.scalar(select(func.count()).select_from(WebhookRequest)) == 0


@pytest.mark.parametrize(
    ("promise", "name"),
    [
        ("2.0.0 Ok: queued as 4F1abc", "4F1abc"),
        ("Ok: queued as Jx_9-QW7T2iR", "Jx_9-QW7T2iR"),
        ("OK id=1tXyZ0-000abc-7K", "1tXyZ0-000abc-7K"),
        ("Ok 0102018f-6b1c-000000", "0102018f-6b1c-000000"),
        ("OK 56761188-7520-42d8-8898-ff6fc54ce618", "56761188-7520-42d8-8898-ff6fc54ce618"),
        ("2.0.0 taken", None),
        ("", None),
    ],
)
def test_the_relays_own_name_of_a_mail_is_read_out_of_its_promise(promise: str, name: str | None) -> None:
    assert name_given(promise) == name


def test_only_a_message_id_of_ours_names_a_letter() -> None:
    id_ = UUID("0190a000-0000-7000-8000-000000000001")
    assert letter_named(f" <{id_}@belfry.example> ") == letter_named(f"{id_}@[IPv6:::1]") == id_
    for other in ("", str(id_), f"<{id_}>", f"<x{id_}@b.example>", f"<{id_}@b.example> <x@y>", "<" + "a" * 9999):
        assert letter_named(other) is None


@pytest.mark.parametrize("name", ["RESEND_WEBHOOK_SECRET", "SENDGRID_WEBHOOK_KEY"])
def test_a_secret_that_was_copied_wrongly_is_said_at_the_start_and_not_shown(name: str, tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.from_env({"DATA_DIR": str(tmp_path), name: "not in base64 at all!"})
    assert "at all" not in str(refused.value)
    assert Source.RESEND
