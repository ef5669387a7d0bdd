"""When a relay is left alone, and when it is asked again: decisions on seconds, without a clock of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

FAULTS_TO_BREAK = 3
PAUSES = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
URGENT_PAUSES = (5.0, 5.0, 10.0, 10.0, 15.0, 30.0)
"""A relay that comes back is to be found soon by who sends the mail of an emergency."""


@dataclass
class Breaker:
    """What one process has seen of one relay. Only faults of the line count, never what it says of one letter.

    After FAULTS_TO_BREAK in a row it is left alone; then one mail goes by it as a probe. One fault more, and it is left
    alone for longer; one answer, and it is as good as new.
    """

    pauses: Sequence[float] = PAUSES
    faults: int = 0
    breaks: int = 0
    ready_at: float = 0.0

    @property
    def is_broken(self) -> bool:
        return self.breaks > 0

    def is_ready(self, moment: float) -> bool:
        """Whether a mail may go by it now, be it as a probe."""
        return moment >= self.ready_at

    def fault(self, moment: float) -> bool:
        """Count a fault of the line; True when the relay is left alone from now on."""
        self.faults += 1
        if not self.is_broken and self.faults < FAULTS_TO_BREAK:
            return False
        self.ready_at = moment + self.pauses[min(self.breaks, len(self.pauses) - 1)]
        self.breaks += 1
        return True

    def answered(self) -> bool:
        """It spoke to us, whatever it said; True when it was broken before."""
        was_broken = self.is_broken
        self.faults, self.breaks, self.ready_at = 0, 0, 0.0
        return was_broken
