"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], within: float = 30.0, what: str = "it", every: float = 0.02) -> Found:
    """Look until there is something to see, and give it. Raises AssertionError when it does not come in time."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, f"{what} did not come true within {within} s"
        time.sleep(every)
    return found
