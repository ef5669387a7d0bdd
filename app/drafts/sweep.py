"""What the clock does for drafts."""

from app.drafts.save import forget
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.unit_of_work import unit_of_work


def sweep() -> None:
    """Delete the drafts whose time is over. Two clocks that do it are harmless."""
    with unit_of_work():
        forget(now())


DUTIES = (Duty("drafts.sweep", 3600.0, sweep),)
