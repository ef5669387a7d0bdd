"""Decisions about ready texts, as pure functions.

A placeholder is a known word between single braces. Nothing else is one: no format string and no template language ever
sees what people wrote, so ``{school.__class__}`` and ``{{7*7}}`` are what they look like.
"""

import re
from collections.abc import Mapping

NAME_LENGTH = 80
TITLE_LENGTH = 200
BODY_LENGTH = 20_000
MOST_TEXTS = 200
FILLED = ("school", "today", "time")
"""Known when a text is picked."""
BY_HAND = ("place", "hazard", "bus", "minutes", "reason")
"""Known to nobody but who writes it."""
KNOWN = re.compile(r"(?<!\{)\{(" + "|".join((*FILLED, *BY_HAND)) + r")\}(?!\})")


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with the placeholders replaced that have a value. What is put in is not looked at again."""
    return KNOWN.sub(lambda found: values.get(found[1], found[0]), text)


def unfilled(*texts: str) -> tuple[str, ...]:
    """The placeholders that still stand, each once and in their order, braces and all."""
    return tuple(dict.fromkeys(found[0] for text in texts for found in KNOWN.finditer(text)))


def normal_name(name: str) -> str:
    """The form in which names are kept and compared."""
    return " ".join(name.split())
