"""In which language and zone somebody reads."""

from collections.abc import Callable

from babel import Locale
from flask import Flask, current_app, g, has_request_context, request

from app.extensions import babel
from app.web import cookies
from app.web.catalogues import Catalogues

# By their own names: whoever looks for a language may not know ours.
LANGUAGES = {"en": "English", "es": "Español", "ar": "العربية"}
COOKIE = "belfry-language"


def known(tag: str | None) -> str | None:
    """The language of ours that a tag such as ``es-MX`` means; None when we do not have it."""
    language = (tag or "").replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else None


def reading_locale() -> str | None:
    """The reader's own choice, else this browser's (made where nobody is signed in), else the first it asks for."""
    reader = g.get("reader") or g.get("person")
    if reader and (chosen := known(reader.locale)):
        return chosen
    if not has_request_context() or g.get("reader"):
        return None
    return known(cookies.read(COOKIE)) or _asked_for()


def _asked_for() -> str | None:
    """The first of ours in the order of the browser. Werkzeug's own match would give ``ar-EG, en`` English."""
    wanted = (known(tag) for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in wanted if language), None)


def reading_zone() -> str | None:
    """The reader's own choice, else the zone of the school whose hat they wear (``belfry.zone``, from above)."""
    reader = g.get("reader") or g.get("person")
    if reader and reader.time_zone:
        return str(reader.time_zone)
    of_school: Callable[[], str | None] = current_app.extensions["belfry.zone"]
    return of_school() if reader is g.get("person") else None


def written(locale: Locale | None) -> Locale:
    """The locale by whose rules dates and lists are written: plain "en" would be written the American way."""
    return Locale("en", "GB") if locale is None or str(locale) == "en" else locale


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "UTC")
    babel.init_app(app, locale_selector=reading_locale, timezone_selector=reading_zone)
    babel.domain_instance = Catalogues()
