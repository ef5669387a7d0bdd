"""Places where a test may kill the process, to prove that nothing is lost there. Never set in production."""

import os
import signal

from flask import current_app


def pass_or_die(name: str) -> None:
    """Die as if the power were cut, when ``name`` stands in the settings' failpoints."""
    if name in current_app.extensions["belfry.settings"].failpoints:
        os.kill(os.getpid(), signal.SIGKILL)
