"""What the clock does for notifications: rings for what was never rung for, and ends what has come to its end."""

from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.jobs import Lane, bells
from app.notifications import deliver, digests, fan_outs, release, telling, withdrawing
from app.notifications.recurring import occur

LANES = (Lane.ALERTS, Lane.BULK)


def sweep() -> None:
    """Ring for fan-outs that wait or whose worker went away. The workers take them, so two clocks are harmless."""
    for lane in LANES:
        if db.session.scalar(fan_outs.waiting(lane, now()).limit(1)):
            bells().ring(lane)


def schedule() -> None:
    """What recurs is written down first, so that it leaves in the same second."""
    occur.occur()
    release.release()


def expire() -> None:
    """End all alerts whose time is over."""
    while deliver.expire():
        pass


DUTIES = (
    Duty("notifications.sweep", 5.0, sweep),
    Duty("notifications.schedule", 1.0, schedule),
    Duty("notifications.settle", 2.0, deliver.settle),
    Duty("notifications.tell", 1.0, telling.tell),
    Duty("notifications.expire", 5.0, expire),
    Duty("notifications.withdraw", 1.0, withdrawing.work),
    Duty("notifications.digests", 15.0, digests.make),
)
