"""All of Belfry on this machine: ``make run``, or ``python -m app.processes``."""

import os
import sys

from app.processes.preconditions import Refused, only_one, ports_are_free
from app.processes.programs import stages
from app.processes.supervisor import Supervisor
from app.processes.welcome import welcome
from app.settings import Settings, SettingsError


def say(line: str) -> None:
    """Tell the person at the terminal. Nobody reading any more is no reason to end."""
    try:
        print(line, flush=True)
    except OSError:
        return


def main() -> int:
    os.umask(0o077)  # the data of a school is nobody else's on this machine, whoever of the children writes it
    try:
        settings = Settings.from_env()
        with only_one(settings.data_dir):
            ports_are_free(settings)
            say("Belfry starts ...")
            parts = stages(settings)
            return Supervisor(parts, settings.data_dir / "log", say, lambda: say(welcome(settings))).run()
    except (Refused, SettingsError) as refusal:
        print(refusal, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
