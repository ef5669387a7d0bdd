"""Putting the house together: the only place that knows every room."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import errors, models
from app.admin import alarm
from app.admin.live import Alarms, Sends
from app.blueprints import blueprints
from app.cli import commands
from app.drafts import rescue
from app.drafts import sweep as drafts_sweep
from app.extensions import db, htmx, migrate
from app.frame import frame
from app.identity import devices, guard
from app.identity.live import Readers, SignedOut, signed_out
from app.inbox.live import Inbox, standing
from app.inbox.samples import sample
from app.kernel import glance, postgres, sqlite, timekeeping
from app.kernel.jobs import Bells, Lane
from app.kernel.redis import connect
from app.kernel.tally import Standing, Tally
from app.live import hub
from app.mailer import bounces as mailer_bounces
from app.mailer import inbound as mailer_inbound
from app.mailer import jobs as mailer_jobs
from app.mailer import sweep as mailer_sweep
from app.mailer.rates import parse_rates
from app.notifications import deliver, digest_letters, letters, withdrawal_letters
from app.notifications import jobs as notification_jobs
from app.notifications import sweep as notification_sweep
from app.notifications.mail_to_come import mail_to_come
from app.reports.live import Lines, Reports
from app.roster.access import zone
from app.roster.welcome import welcome
from app.settings import Settings, SettingsError
from app.web import access, compression, csrf, fragments, headers, limits, localisation, logs, rendering
from app.web.static_files import StaticFiles
from app.wiring import REACTIONS

__all__ = ["assemble", "models"]  # with the models imported, every row is known to the database

MOST_BODY = 2 * 1024 * 1024
MOST_FORM_PARTS = 20_000


def assemble(settings: Settings) -> Flask:
    """The app of one installation."""
    app = Flask("app", template_folder="../templates", static_folder=None)
    app.extensions["belfry.settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        SQLALCHEMY_BINDS={glance.BIND: {**engine_options(settings), "url": settings.database_url, **glance.OPTIONS}},
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
    )
    add_data(app, settings)
    check(settings)
    hand_in(app, settings)
    hub.init_app(app)
    add_web(app, settings)
    for group in commands(settings):
        app.cli.add_command(group)
    return app


def check(settings: Settings) -> None:
    """What only a room can read is read once before anybody works by it. Raises SettingsError."""
    try:
        parse_rates(settings.mail_rates)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def add_data(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations")
    prepare = sqlite.prepare if settings.is_sqlite else postgres.prepare
    with app.app_context():
        for engine in db.engines.values():
            prepare(engine)


def hand_in(app: Flask, settings: Settings) -> None:
    """Give the lower rooms what they need from those above."""
    bells, tally = Bells(connect(settings.redis_url)), Tally(app)
    tally.watch(Standing.WITHOUT_REDIS, lambda: float(bells.breaker.is_away))
    app.extensions.update(
        {
            "belfry.reactions": REACTIONS,
            "belfry.bells": bells,
            "belfry.tally": tally,
            "belfry.beginnings": [lambda: timekeeping.begin(app), tally.begin],
            "belfry.frame": frame,
            "belfry.welcome": welcome,
            "belfry.keeper": rescue.keep_posted,
            "belfry.homecoming": rescue.come_home,
            "belfry.zone": zone,
            "belfry.lanes": {
                Lane.ALERTS: notification_jobs.drain_alerts,
                Lane.BULK: notification_jobs.drain_bulk,
                Lane.URGENT_MAIL: mailer_jobs.drain_urgent_mail,
                Lane.MAIL: mailer_jobs.drain_mail,
            },
            "belfry.duties": [
                *alarm.duties(),
                *mailer_sweep.DUTIES,
                *mailer_inbound.DUTIES,
                *mailer_bounces.DUTIES,
                *notification_sweep.DUTIES,
                *drafts_sweep.DUTIES,
            ],
            "belfry.letter_writers": {
                "notification": letters.write,
                "digest": digest_letters.write,
                "withdrawal": withdrawal_letters.write,
            },
            "belfry.mail_to_come": mail_to_come,
            "belfry.sources": [SignedOut(), Readers(), Inbox(), Reports(), Lines(), Sends(), Alarms()],
            "belfry.standing": standing,
            "belfry.sample": sample,
            "belfry.ended_sessions": signed_out,
            "belfry.shown": deliver.shown,
            "belfry.receipts": deliver.received,
        }
    )


def add_web(app: Flask, settings: Settings) -> None:
    """The order of the steps before a request: its id, the device, the guard, then CSRF, fragments, access."""

    compression.init_app(app)  # the last to see an answer, so the first here
    logs.init_app(app)
    devices.init_app(app)
    guard.init_app(app)
    csrf.init_app(app)
    fragments.init_app(app)
    access.init_app(app)
    app.before_request(guard.touch)
    headers.init_app(app)
    limits.init_app(app)
    localisation.init_app(app)
    rendering.init_app(app)
    errors.init_app(app)
    htmx.init_app(app)
    for blueprint, prefix in blueprints(settings):
        app.register_blueprint(blueprint, url_prefix=prefix)
    if settings.trusted_proxies:
        # Whoever is not behind them may write any X-Forwarded-For they like: none of it is believed.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    app.wsgi_app = StaticFiles(app.wsgi_app, headers.OF_STATIC_FILES)  # type: ignore[method-assign]


def engine_options(settings: Settings) -> dict[str, object]:
    """How many connections a process holds, and how soon a dead one is noticed."""

    if settings.is_sqlite:
        return {"hide_parameters": True, "pool_timeout": 5, "connect_args": {"timeout": sqlite.BUSY_SECONDS}}
    return {
        "hide_parameters": True,  # an error that is logged must not tell names, addresses or digests
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 5,
        "connect_args": {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            "application_name": "belfry",
        },
    }
