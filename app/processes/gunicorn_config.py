"""How gunicorn serves Belfry: ``gunicorn -c app/processes/gunicorn_config.py wsgi:app``."""

import _thread
import os
import signal
import sys
from types import FrameType
from typing import Any

import gunicorn

from app.processes.leash import die_with_parent
from app.settings import Settings

_settings = Settings.from_env()

gunicorn.SERVER = "Belfry"  # its own name and version are nobody's business
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = 1
threads = _settings.web_threads
worker_connections = _settings.web_threads + 200
timeout = 30
graceful_timeout = 2
keepalive = 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a slow disk must not look like a hang
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_fork(_server: Any, worker: Any) -> None:
    """Share no database connection with the master, and do not outlive it with threads that wait on sockets."""
    die_with_parent()
    if os.getppid() != worker.ppid:
        sys.exit(0)
    if worker.app.callable is not None:  # loaded before the fork (preload_app)
        from app.extensions import db

        with worker.app.callable.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """On SIGTERM call ``app.extensions["belfry.farewells"]`` first: gunicorn by itself leaves open sockets waiting.

    Each is a callable without arguments, run in a thread of its own, with ``graceful_timeout`` seconds to be done.
    """
    extensions = getattr(worker.wsgi, "extensions", {})
    farewells = extensions.get("belfry.farewells", ())
    for begin in extensions.get("belfry.beginnings", ()):  # threads that no fork would have survived
        begin()

    def end(number: int, frame: FrameType | None) -> None:
        for farewell in farewells:
            # Not Thread.start(): it waits for the thread to begin, and under gevent a signal handler may not wait.
            _thread.start_new_thread(farewell, ())
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, end)
    signal.siginterrupt(signal.SIGTERM, False)
