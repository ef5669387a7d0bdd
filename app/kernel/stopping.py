"""Whether this process was asked to end. What works in batches asks before it takes the next piece."""

import threading

from flask import Flask, current_app

KEY = "belfry.stopping"


def stop_signal(app: Flask) -> threading.Event:
    """The event that is set once the process shall end; made when first asked for."""
    event: threading.Event = app.extensions.setdefault(KEY, threading.Event())
    return event


def is_stopping() -> bool:
    """True when what is in hand should be finished and nothing new begun."""
    event: threading.Event | None = current_app.extensions.get(KEY)
    return event is not None and event.is_set()
