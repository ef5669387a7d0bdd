"""Drains one lane: ``python -m app.processes.worker LANE``. Woken by a bell, and looking by itself without one."""

import sys
from collections.abc import Sequence

from flask import Flask

from app.kernel.duties import heartbeat_of
from app.kernel.jobs import Drain, Lane, bells, drains
from app.mailer import lines
from app.processes import ear
from app.processes.rounds import Round, keep

LOOK_EVERY = 5.0
STUCK_AFTER = 120.0


def work(app: Flask, redis_url: str, lane: Lane) -> int:
    """Drain the lane until SIGTERM; gives the exit code."""
    with app.app_context():
        drain = drains()[lane]
    round_ = Round(app, heartbeat_of(lane), LOOK_EVERY, STUCK_AFTER, lambda: _share(lane, drain))
    ear.listen(app, redis_url, lane, round_.wake)
    code = keep(app, [round_])
    lines.hang_up(app)
    return code


def _share(lane: Lane, drain: Drain) -> bool:
    """Drain for one turn; when more is left, ring, so that idle workers of the same lane come to help."""
    more = drain()
    if more:
        bells().ring(lane)
    return more


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in set(Lane):
        print(f"which lane? One of: {', '.join(Lane)}", file=sys.stderr)
        return 2
    from app import create_app
    from app.settings import Settings

    settings = Settings.from_env()
    return work(create_app(settings), settings.redis_url, Lane(arguments[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
