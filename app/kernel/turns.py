"""Whose turn it is: flows of work that wait in one lane, such as one a school, each get a piece done in turn."""

from collections.abc import Sequence
from uuid import UUID

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
