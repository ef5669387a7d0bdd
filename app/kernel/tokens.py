"""Secrets that are handed out once and kept as a digest only."""

import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    """256 bits from the system's source, in 43 characters that fit a cookie (ASVS 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """SHA-256 in hex. A slow hash would add nothing: the token cannot be guessed (ASVS 11.5.1)."""
    return hashlib.sha256(token.encode()).hexdigest()
