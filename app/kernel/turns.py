"""Whose turn it is: flows of work that wait in one lane, such as one a school, each get a piece done in turn."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from flask import current_app

from app.kernel.jobs import Lane

Piece = TypeVar("Piece")

LOOK_EVERY = 1.0
MOST_REMEMBERED = 10_000


class Turns:
    """One worker's rotation, in its own memory: a row that all workers count in would have them wait for each other.

    Next is whoever has waited longest since their last turn. So whoever is new comes at once, the newest first (ids
    sort by time), and then everybody as often. Moments are those of a monotonic clock.
    """

    def __init__(self) -> None:
        self._waiting: tuple[UUID, ...] = ()
        self._listed_at = float("-inf")
        self._last_turn: dict[UUID, int] = {}
        self._count = 0

    def take(self, who_waits: Callable[[], Sequence[UUID]], take: Callable[[UUID], Piece | None]) -> Piece | None:
        """A piece of whose turn it is; None when nobody waits, by a list that was asked for just now.

        ``take`` gives None when others were quicker.
        """
        while True:
            is_fresh = self.is_stale(time.monotonic())
            if is_fresh:
                self.list(who_waits(), time.monotonic())
            while (flow := self.next()) is not None:
                if (piece := take(flow)) is not None:
                    return piece
                self.done(flow)
            if is_fresh:
                return None

    def is_stale(self, moment: float) -> bool:
        """Whether to ask anew who waits: nobody is left, or somebody may have come since."""
        return not self._waiting or moment - self._listed_at >= LOOK_EVERY

    def list(self, waiting: Sequence[UUID], moment: float) -> None:
        """These wait now. Who has gone for a while keeps their place in the rotation."""
        self._waiting, self._listed_at = tuple(waiting), moment
        if len(self._last_turn) > MOST_REMEMBERED:
            self._last_turn = {flow: turn for flow, turn in self._last_turn.items() if flow in set(waiting)}

    def next(self) -> UUID | None:
        """Whose turn it is now, which counts as had; None when nobody waits."""
        if not self._waiting:
            return None
        flow = min(sorted(self._waiting, reverse=True), key=lambda one: self._last_turn.get(one, 0))
        self._count += 1
        self._last_turn[flow] = self._count
        return flow

    def done(self, flow: UUID) -> None:
        """Nothing of this one waits any more."""
        self._waiting = tuple(one for one in self._waiting if one != flow)


def turns_of(lane: Lane) -> Turns:
    """This process's rotation in a lane: it goes on where it was, from one bell to the next."""
    rotations: dict[Lane, Turns] = current_app.extensions.setdefault("belfry.turns", {})
    return rotations.setdefault(lane, Turns())
