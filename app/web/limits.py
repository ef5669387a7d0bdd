"""How often is too often. A school is one address, so addresses count only for strangers, and generously."""

from flask import Flask, current_app

from app.extensions import limiter
from app.kernel.redis import ANSWER_SECONDS, CONNECT_SECONDS
from app.settings import Settings


def per_address() -> str:
    settings: Settings = current_app.extensions["belfry.settings"]
    return settings.login_limit_per_ip


def per_account() -> str:
    settings: Settings = current_app.extensions["belfry.settings"]
    return settings.login_limit_per_account


def per_link() -> str:
    """For one signed link. Not by address: a mail provider posts for all of its readers from a few."""
    return "60 per minute"


def init_app(app: Flask) -> None:
    """Counts live in Redis; while it is away each process counts for itself: nobody is locked out by its absence."""
    settings: Settings = app.extensions["belfry.settings"]
    url = settings.redis_url
    app.config.update(
        RATELIMIT_STORAGE_URI=f"redis+{url}" if url.startswith("unix://") else url,
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_STRATEGY="moving-window",
    )
    limiter.init_app(app)
