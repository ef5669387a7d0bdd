"""In which language and zone somebody reads."""

from collections.abc import Callable

from flask import Flask, current_app, g, has_request_context, request

from app.extensions import babel

LANGUAGES = ("en",)


def reading_locale() -> str | None:
    """The reader's own choice, else the first that the browser asks for and we have."""
    reader = g.get("reader") or g.get("person")
    if reader and reader.locale:
        return str(reader.locale)
    return request.accept_languages.best_match(LANGUAGES) if has_request_context() else None


def reading_zone() -> str | None:
    """The reader's own choice, else the zone of the school whose hat they wear (``belfry.zone``, from above)."""
    reader = g.get("reader") or g.get("person")
    if reader and reader.time_zone:
        return str(reader.time_zone)
    of_school: Callable[[], str | None] = current_app.extensions["belfry.zone"]
    return of_school() if reader is g.get("person") else None


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "UTC")
    babel.init_app(app, locale_selector=reading_locale, timezone_selector=reading_zone)
