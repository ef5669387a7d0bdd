"""Passwords are kept as argon2id (ASVS 11.4.2), and only so many are hashed at once."""

import os
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB and 3 passes: more than OWASP's least. Every hash at work holds its memory, so few work at once.
_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(os.cpu_count() or 1)
_NOBODYS = _hasher.hash("a password that nobody has")


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Without a hash it takes as long, so that nobody learns who exists."""
    with _at_once:
        try:
            right = _hasher.verify(password_hash or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
