"""Words that travel through hands which may neither read nor change them: encrypted and signed.

``seal`` also dates them; ``seal_link`` gives the same short text each time, which holds as long as its key.
"""

import base64
import hashlib
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from flask import current_app

from app.settings import Settings


def seal(value: dict[str, Any], purpose: str) -> str:
    """``value`` as a text that only ``unseal`` for the same purpose can open."""
    return _box(purpose).encrypt(json.dumps(value, separators=(",", ":")).encode()).decode()


def unseal(text: str, purpose: str, within: timedelta) -> dict[str, Any] | None:
    """What was sealed; None for what is older, for another purpose, or was never ours."""
    try:
        opened = _box(purpose).decrypt(text.encode(), ttl=int(within.total_seconds()))
    except (InvalidToken, UnicodeEncodeError):
        return None
    value: dict[str, Any] = json.loads(opened)
    return value


def seal_link(value: bytes, purpose: str) -> str:
    """``value`` in signs that may stand in a link, and in as few of them as can be."""
    return _written(_siv(purpose)[0].encrypt(value, None))


def unseal_link(text: str, purpose: str) -> bytes | None:
    """What was sealed for a link of this purpose; None for whatever differs from it in a single sign."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if _written(sealed) != text:  # the last sign of base64 has bits that nobody reads
        return None
    for box in _siv(purpose):
        with suppress(InvalidTag):
            return box.decrypt(sealed, None)
    return None


def _written(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _box(purpose: str) -> MultiFernet:
    keys = [hashlib.sha256(secret).digest() for secret in _secrets(f"sealing {purpose}")]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _siv(purpose: str) -> list[AESSIV]:
    """It needs no chance: the same words under the same key may be seen to be the same (RFC 5297)."""
    return [AESSIV(hashlib.sha512(secret).digest()) for secret in _secrets(f"link {purpose}")]


def _secrets(label: str) -> list[bytes]:
    """What keys are made of, the one to seal with first; the label keeps each use to itself."""
    settings: Settings = current_app.extensions["belfry.settings"]
    return [f"{label}\n{secret}".encode() for secret in (settings.secret_key, *settings.secret_key_fallbacks)]
