"""Facts that one room tells those above it. ``app/wiring.py`` says who reacts, and when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """Something that has happened, in the past tense, holding ids."""


Reaction = Callable[[Any], None]


@dataclass(frozen=True)
class Reactions:
    """Who reacts to what: ``within`` the same transaction, or ``after`` it was committed."""

    within: Mapping[type[Event], Sequence[Reaction]]
    after: Mapping[type[Event], Sequence[Reaction]]
