"""What the browser is told about every answer: load nothing foreign, keep nothing, guess nothing."""

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app

from app.settings import Settings

# A kept fragment must never be shown as a page, nor one person's page to another, nor in another language.
VARY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Cookie", "Accept-Language")


# Files never pass through Flask.
OF_STATIC_FILES = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}


def policy(settings: Settings) -> str:
    """The Content-Security-Policy: nothing inline, nothing foreign, no eval (ASVS 3.4.3)."""
    address = urlsplit(settings.public_url)
    socket = f"{'wss' if address.scheme == 'https' else 'ws'}://{address.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


SEALED = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self' 'unsafe-inline'",  # a mail carries its look at its elements
        "img-src 'self' data:",
        "sandbox allow-same-origin",  # for our stylesheets; nothing runs that could use it
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


def seal(response: Response) -> Response:
    """For a page that one of ours frames, to be looked at only: no script, no form, no window, no way out."""
    response.headers["Content-Security-Policy"] = SEALED
    return response


def secure(response: Response) -> Response:
    settings: Settings = current_app.extensions["belfry.settings"]
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy(settings))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers.setdefault("Cache-Control", "no-store")  # the Back button after sign-out must show nothing
    response.vary.update(VARY)
    if settings.is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def init_app(app: Flask) -> None:
    app.after_request(lambda response: secure(cast(Response, response)))
