"""Belfry's processes with little patience: ``python -m tests.faults.hurried worker LANE`` or ``clock``.

A lease of a minute, and sweeps every five seconds, would make of each test a minute of waiting. ``HURRY`` says how
many seconds a lease lasts instead; nothing else is other than in production.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask

from app import create_app
from app.kernel import postgres
from app.kernel.jobs import Lane
from app.mailer import rules
from app.notifications import fan_out
from app.processes.clock import tick
from app.processes.worker import work
from app.settings import Settings

SWEEP_EVERY = 0.5


def hurried(settings: Settings, lease: float) -> Flask:
    rules.LEASE, rules.CONVERSATION = timedelta(seconds=lease), timedelta(seconds=lease * 0.6)
    fan_out.LEASE = timedelta(seconds=lease)
    postgres.ANSWER_SECONDS = postgres.LOST_AFTER_SECONDS = lease
    app = create_app(settings)
    duties = app.extensions["belfry.duties"]
    app.extensions["belfry.duties"] = [replace(duty, every=min(duty.every, SWEEP_EVERY)) for duty in duties]
    return app


def main(words: Sequence[str]) -> int:
    return work(app, settings.redis_url, Lane(words[1])) if words[0] == "worker" else tick(app)


if skew := float(os.environ.get("SKEW", "0")):  # this host's clock is wrong by so many seconds
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=skew), tick=True).start()
settings = Settings.from_env()
app = hurried(settings, float(os.environ["HURRY"]))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
