"""Pages and fragments. A fragment is written once; a page is a fragment in a frame.

What the frame needs (badge, alerts, places) comes from rooms above, handed in by ``create_app``.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask, current_app, g, render_template, request
from flask_babel import get_domain, get_locale
from jinja2 import StrictUndefined
from markupsafe import Markup

from app.web import ago, catalogues, csrf, formats, markdown
from app.web.localisation import LANGUAGES
from app.web.static_files import static

Frame = Callable[[], dict[str, Any]]
NO_FRAME = {"person": None, "hat": None, "hats": (), "unread": 0, "alerts": (), "places": (), "alarm": None}


class Looking(Protocol):
    """Whoever a pushed fragment is for."""

    @property
    def locale(self) -> str | None: ...
    @property
    def time_zone(self) -> str | None: ...
    @property
    def csrf_token(self) -> str: ...


def is_fragment_wanted() -> bool:
    """Whether htmx asks, and will swap what it gets into a page that stands; boosted links and "back" want a page."""
    whole = {"HX-Boosted", "HX-History-Restore-Request"}
    return request.headers.get("HX-Request") == "true" and all(request.headers.get(name) != "true" for name in whole)


def render(template: str, status: int = 200, *, framed: bool = True, **context: Any) -> tuple[str, int]:
    """A page in its frame or, for a name such as ``_line.html``, a fragment without one.

    The frame asks the database, so a page that says that the database is away goes without (``framed=False``).
    """
    is_page = framed and not template.rpartition("/")[2].startswith("_")
    frame: Frame = current_app.extensions["belfry.frame"]
    values = frame() if is_page and g.get("person") else {}
    token = csrf.token_for(csrf.current_binding())
    return render_template(template, **{"csrf_token": token, **values, **context}), status


def render_for(viewer: Looking, template: str, **context: Any) -> str:
    """A fragment to be pushed, in the viewer's language and zone, as if asked for at the public address."""
    settings = current_app.extensions["belfry.settings"]
    with current_app.app_context(), current_app.test_request_context(base_url=settings.public_url):
        g.reader = viewer
        return render_template(template, **{"csrf_token": viewer.csrf_token, **context})


def unchanging(template: str) -> Markup:
    """A part of pages that is the same for all who read in one language: rendered once for each of them."""
    return _unchanging(template, get_domain().get_translations())


@lru_cache(maxsize=64)
def _unchanging(template: str, _translations: object) -> Markup:
    return Markup(render_template(template))  # noqa: S704 - rendered, and so escaped, by a template of ours


def local_path(target: str | None, default: str) -> str:
    """``target`` when it is a path of this site, else ``default``: nobody is sent elsewhere (ASVS 3.7.2)."""
    if not target or not target.startswith("/") or any(ord(char) < 33 or char == "\\" for char in target):
        return default
    return default if target.startswith("//") else target


def path_of(url: str) -> str:
    """The path of an address that a browser sent, with its query; empty for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _language() -> dict[str, str]:
    locale = get_locale()
    return {
        "lang": str(locale).replace("_", "-") if locale else "en",
        "text_dir": locale.text_direction if locale else "ltr",
    }


def init_app(app: Flask) -> None:
    # A name that nobody gave must be an error, not an empty place on a page that speaks of a lockdown.
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(static=static, unchanging=unchanging, languages=LANGUAGES, ways_of_ago=ago.ways)
    catalogues.install(app.jinja_env)
    app.jinja_env.filters.update(
        brief=formats.brief,
        exact=formats.exact,
        initials=formats.initials,
        markdown=markdown.to_html,
        moment=formats.moment,
        number=formats.number,
        span=formats.span,
        up_to=formats.up_to,
    )
    # Imported by each template, they would be looked up or made anew for each template of each page.
    app.jinja_env.globals["m"] = app.jinja_env.get_template("shared/macros.html").module
    app.context_processor(_language)
    app.context_processor(lambda: dict(NO_FRAME))
