"""Words that travel through hands which may neither read nor change them: encrypted, signed, and dated."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
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


def _box(purpose: str) -> MultiFernet:
    settings: Settings = current_app.extensions["belfry.settings"]
    secrets = (settings.secret_key, *settings.secret_key_fallbacks)
    keys = [hashlib.sha256(f"sealing {purpose}\n{secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
