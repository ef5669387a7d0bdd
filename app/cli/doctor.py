"""``flask doctor``: what is wrong with this installation, and what to do about it."""

from collections.abc import Callable, Iterator

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from redis import RedisError
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.admin.watch import SILENT_AFTER
from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import Duty, expected_heartbeats
from app.kernel.heartbeats import last_beats
from app.kernel.redis import connect
from app.mailer import mailbox
from app.mailer.smtp import probe
from app.settings import Settings

Finding = tuple[str, str | None]
"""What was looked at, and what is wrong with it and what to do; None when it is well."""


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at the database, migrations, Redis, mail and everybody who works. Exit code 1 when something is wrong."""
    settings: Settings = current_app.extensions["belfry.settings"]
    findings = [finding for look in CHECKS for finding in look(settings)]
    for what, wrong in findings:
        click.echo(f"{what}: wrong: {wrong}" if wrong else f"{what}: ok")
    if any(wrong for _what, wrong in findings):
        raise SystemExit(1)


def database(settings: Settings) -> Iterator[Finding]:
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        yield "database", f"{where} does not answer ({_short(error)}). Start it, or correct DATABASE_URL."
    else:
        yield "database", None


def migrations(_settings: Settings) -> Iterator[Finding]:
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        found = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    except SQLAlchemyError as error:
        yield "migrations", f"cannot be looked at ({_short(error)}). Mend the database first."
        return
    needed = set(scripts.get_heads())
    difference = f"the database is at {_listed(found)}, this version needs {_listed(needed)}."
    yield "migrations", None if found == needed else f"{difference} Run: flask --app wsgi db upgrade"


def redis(settings: Settings) -> Iterator[Finding]:
    try:
        connect(settings.redis_url).ping()
    except RedisError as error:
        yield "redis", f"does not answer ({_short(error)}). All goes on, but slower. Start it, or correct REDIS_URL."
    else:
        yield "redis", None


def mail(settings: Settings) -> Iterator[Finding]:
    refusal = probe(settings.mail_server, settings.public_url)
    yield (
        "mail",
        f"{refusal}. Mail waits until it is mended. Start the relay, or correct MAIL_SERVER." if refusal else None,
    )


def bounces(settings: Settings) -> Iterator[Finding]:
    if settings.bounce_mailbox:
        wrong = mailbox.probe(settings.bounce_mailbox)
        yield "bounces", f"{wrong}. Bounces are not seen until then. Correct BOUNCE_MAILBOX." if wrong else None


def workers(_settings: Settings) -> Iterator[Finding]:
    duties: list[Duty] = current_app.extensions["belfry.duties"]
    start = expected_heartbeats(duties)
    try:
        heard = last_beats()
    except SQLAlchemyError as error:
        yield "workers and clock", f"cannot be looked at ({_short(error)}). Mend the database first."
        return
    for name, command in start.items():
        silence = now() - heard[name] if name in heard else None
        if silence is not None and silence <= SILENT_AFTER:
            yield name, None
        else:
            since = "was never heard of" if silence is None else f"is silent for {int(silence.total_seconds())} s"
            yield name, f"{since}. Look into its log, or start it: {command}"


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (database, migrations, redis, mail, bounces, workers)


def _short(error: Exception) -> str:
    """The first line of an error, for one that runs over many says the rest of it elsewhere."""
    return (str(getattr(error, "orig", None) or error).strip() or type(error).__name__).splitlines()[0]


def _listed(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions)) or "nothing"
