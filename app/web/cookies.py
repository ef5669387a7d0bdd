"""What all our cookies have in common (ASVS 3.3.1 to 3.3.4)."""

from typing import Any, cast

from flask import Response, current_app, request

from app.settings import Settings


def read(name: str) -> str:
    """What the browser sent; empty for nothing."""
    return request.cookies.get(_full_name(name), "")


def give(response: Response, name: str, value: str, max_age: int) -> None:
    """No script can read it, and no other site's request carries it but a link's."""
    response.set_cookie(_full_name(name), value, max_age=max_age, **_attributes())


def take_back(response: Response, name: str) -> None:
    response.delete_cookie(_full_name(name), **_attributes())


def _full_name(name: str) -> str:
    """Over https the prefix binds a cookie to this very host; plain http may not use it."""
    return f"__Host-{name}" if _settings().is_https else name


def _attributes() -> dict[str, Any]:
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": _settings().is_https}


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["belfry.settings"])
