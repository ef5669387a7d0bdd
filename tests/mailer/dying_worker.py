"""A worker that dies at a chosen moment: ``python -m tests.mailer.dying_worker MOMENT``."""

import os
import signal
import sys
from typing import Any

from app import create_app
from app.mailer import deliver, jobs
from app.mailer.kinds import Claim, Content
from app.settings import Settings
from tests.mailer.conftest import PURPOSE, VARIABLES


def die(*_arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def write(_claim: Claim) -> Content:
    return Content("notification", VARIABLES)


def main(moment: str) -> None:
    app = create_app(Settings.from_env())
    app.extensions["belfry.letter_writers"] = {PURPOSE: die if moment == "before_sending" else write}
    if moment == "after_the_promise":
        vars(deliver)["conclude"] = die
    with app.app_context():
        jobs.drain_mail()


if __name__ == "__main__":
    main(sys.argv[1])
