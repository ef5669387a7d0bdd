"""Commands about notifications."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click
from flask.cli import AppGroup, with_appcontext

from app.kernel.postgres import all_the_time_it_takes
from app.reports.reconcile import Discrepancy, Wrong, discrepancies

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]

group = AppGroup("notifications", help="Look after what was sent.")


@group.command("reconcile")
@click.option("--since", type=click.DateTime(FORMATS), help="Only what was written since then, in UTC.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_appcontext
def reconcile(since: datetime | None, as_json: bool) -> None:
    """Say which reports do not add up: exit code 1 when there are any.

    Everybody who is to get a notification has one delivery in each channel, and each delivery one fate.
    """
    count = 0
    with all_the_time_it_takes():
        for found in discrepancies(since.replace(tzinfo=UTC) if since else None):
            count += 1
            click.echo(_json(found) if as_json else _line(found))
    if not as_json:
        click.echo(f"{count} channels of notifications do not add up." if count else "Everything adds up.")
    raise SystemExit(1 if count else 0)


def _json(found: Discrepancy) -> str:
    return json.dumps(asdict(found) | {"notification_id": str(found.notification_id)})


def _line(found: Discrepancy) -> str:
    """One row of the table: which notification, which channel, what is wrong, in figures."""
    figures = f"{found.deliveries} of {found.recipients}" if found.wrong is Wrong.COUNT else f"{found.deliveries}"
    return f"{found.notification_id}  {found.channel:<9}  {figures:>17}  {found.wrong}"
