"""What the clock does by itself, and how the processes that work in the background are called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.kernel.jobs import Lane


@dataclass(frozen=True)
class Duty:
    """Something done ``every`` so many seconds, by every clock there is: claim what is due, so that two are harmless.

    One that takes longer than ``deadline`` seconds is taken for stuck, and the clock is started anew.
    """

    name: str
    every: float
    run: Callable[[], None]
    deadline: float = 60.0

    @property
    def heartbeat(self) -> str:
        """The name under which a clock says that it did this."""
        return f"clock:{self.name}"


def expected_heartbeats(duties: "Iterable[Duty]") -> dict[str, str]:
    """Whoever must be heard of for all work to be done, and the command that starts them."""
    workers = {heartbeat_of(lane): f"python -m app.processes.worker {lane}" for lane in Lane}
    return workers | {duty.heartbeat: "python -m app.processes.clock" for duty in duties}


def heartbeat_of(lane: str) -> str:
    """The name under which the workers of a lane say that they are alive."""
    return f"worker:{lane}"
