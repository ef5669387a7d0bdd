"""Commands for whoever runs Belfry: thin, and the same use cases as the pages."""

import click

from app.cli import accounts, demo, doctor, notifications
from app.settings import Settings


def commands(settings: Settings) -> list[click.Command]:  # noqa: ARG001
    """What stands behind ``flask --app wsgi``."""
    return [accounts.group, demo.group, doctor.doctor, notifications.group]
