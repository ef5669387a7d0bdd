"""Whether a webhook's request comes from whom it says: signatures over the raw body, as their makers document them."""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from werkzeug.datastructures import Headers

STALE_AFTER = 300
"""Seconds by which a signature's time may differ from ours, either way."""
MOST_SIGNATURES = 10
PREFIX = "whsec_"


def is_from_resend(headers: Headers, body: bytes, secret: str, moment: float) -> bool:
    """The Standard Webhooks scheme: HMAC-SHA256 over id, time and body, under ``webhook-`` or ``svix-`` headers."""
    id_, sent_at, given = (_either(headers, name) for name in ("id", "timestamp", "signature"))
    if not id_ or not _is_fresh(sent_at, moment):
        return False
    made = hmac.new(_key(secret), f"{id_}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    expected = base64.b64encode(made)
    # A secret that is being changed signs twice; each is compared, in constant time.
    signatures = [each.partition(",") for each in given.split()[:MOST_SIGNATURES]]
    return any(version == "v1" and hmac.compare_digest(expected, value.encode()) for version, _, value in signatures)


def is_from_sendgrid(headers: Headers, body: bytes, public_key: str, moment: float) -> bool:
    """The Signed Event Webhook: ECDSA (P-256, SHA-256) over time and body."""
    sent_at = headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    given = headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    if not _is_fresh(sent_at, moment):
        return False
    try:
        signature = base64.b64decode(given, validate=True)
        verifying_key(public_key).verify(signature, sent_at.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def verifying_key(text: str) -> ec.EllipticCurvePublicKey:
    """The key that SendGrid shows: base64 of DER. Raises ValueError for anything else."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except binascii.Error:
        raise ValueError("not base64") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a key of the curve P-256")
    return key


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def _either(headers: Headers, name: str) -> str:
    return headers.get(f"webhook-{name}") or headers.get(f"svix-{name}") or ""


def _is_fresh(sent_at: str, moment: float) -> bool:
    is_number = sent_at.isascii() and sent_at.isdecimal() and len(sent_at) <= 12
    return is_number and abs(moment - int(sent_at)) <= STALE_AFTER
