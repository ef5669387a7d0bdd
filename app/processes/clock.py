"""Does what is due by time: ``python -m app.processes.clock``. Each duty by itself, so that none waits for another."""

import sys

from flask import Flask

from app.kernel.duties import Duty
from app.processes.rounds import Round, keep


def tick(app: Flask) -> int:
    """Do the duties that create_app listed, each in its own thread, until SIGTERM; gives the exit code."""
    duties: list[Duty] = app.extensions["belfry.duties"]
    return keep(app, [Round(app, duty.heartbeat, duty.every, duty.deadline, duty.run) for duty in duties])


def main() -> int:
    from app import create_app
    from app.settings import Settings

    return tick(create_app(Settings.from_env()))


if __name__ == "__main__":
    sys.exit(main())
