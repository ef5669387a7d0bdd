"""A worker as a process of its own, on a lane whose work is to note the time: ``lane.py NOTES SECONDS``."""

import sys
import time
from pathlib import Path

from app import create_app
from app.kernel.jobs import Bells, Lane
from app.kernel.redis import connect
from app.processes.worker import work
from app.settings import Settings


def main(notes: Path, seconds: float) -> int:
    settings = Settings.from_env()
    app = create_app(settings)

    def drain() -> bool:
        with notes.open("a") as file:
            file.write("begun\n")
            file.flush()
            time.sleep(seconds)
            file.write("ended\n")
        return False

    app.extensions["belfry.bells"] = Bells(connect(settings.redis_url))
    app.extensions["belfry.lanes"] = {Lane.MAIL: drain}
    return work(app, settings.redis_url, Lane.MAIL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2])))
