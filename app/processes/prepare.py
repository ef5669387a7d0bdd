"""Brings the database to this version, and fills an empty one with the demo: ``python -m app.processes.prepare``.

The same as ``flask db upgrade`` and ``flask demo seed``, in one process: each start of the app costs a second.
"""

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from app import create_app
from app.settings import Settings


def prepare(app: Flask, settings: Settings) -> None:
    """Raises what the commands raise. Safe to run again, and beside a running Belfry."""
    command(app, "db", "upgrade")
    if not settings.production:
        command(app, "demo", "seed", "--if-empty")


def command(app: Flask, *words: str) -> None:
    """Run a flask command inside this process."""
    group = FlaskGroup(create_app=lambda: app, load_dotenv=False, set_debug_flag=False)
    group.main(args=list(words), prog_name="flask", standalone_mode=False)


def main() -> int:
    settings = Settings.from_env()
    try:
        prepare(create_app(settings), settings)
    except click.ClickException as refusal:
        refusal.show()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
