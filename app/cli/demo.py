"""``flask demo``: a district to try things out with."""

import sys
from dataclasses import replace
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.demo import accounts_file, seed
from app.kernel.postgres import all_the_time_it_takes
from app.settings import Settings

FEWEST = 40

group = AppGroup("demo", help="A district to try things out with.")


def owners_app(settings: Settings) -> Flask:
    """The app as the owner of the tables, who alone may have them counted: else a big seed takes an hour."""
    if settings.migration_database_url == settings.database_url:
        return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    from app import create_app

    return create_app(replace(settings, database_url=settings.migration_database_url))


@group.command("seed")
@click.option("--students", type=click.IntRange(FEWEST, 200_000), default=600, show_default=True)
@click.option("--if-empty", is_flag=True, help="Succeed when there are accounts already.")
@with_appcontext
def seed_command(students: int, if_empty: bool) -> None:
    """Fill an empty database with two schools; the sign-ins are written to demo-accounts.json."""
    settings = current_app.extensions["belfry.settings"]
    if settings.production:
        raise click.ClickException("A demo has no place in production.")
    if not seed.is_empty():
        click.echo("There are accounts here already, so no demo was made.", err=not if_empty)
        sys.exit(0 if if_empty else 1)
    bar = click.progressbar(length=seed.pieces(students), label="Demo", file=sys.stderr)
    with owners_app(settings).app_context(), bar, all_the_time_it_takes():
        seed.fill(settings, students, bar.update)
    click.echo(f"The demo's sign-ins stand in {settings.data_dir / accounts_file.NAME}")
