"""A piece of a page is for the page that asks for it: not for an address bar, and not for another site.

Whoever opens the address of a fragment would see an emergency without its frame; another site that embeds an answer
could read from its size or its errors who is signed in here. Both are refused in one place, so that no view can forget.
"""

from typing import cast

import structlog
from flask import Flask, Response, abort, request

from app.web.access import current_access

log = structlog.get_logger(__name__)
FOREIGN = frozenset({"cross-site", "same-site"})
FRAMES = frozenset({"frame", "iframe", "embed", "object", "fencedframe"})
LOOKING = frozenset({"GET", "HEAD"})


def refuse() -> None:
    """403 for what another site embeds, 404 for whoever goes to a fragment as if it were a page."""
    if _is_embedded_elsewhere():
        abort(403, "cross_site")
    access = current_access()
    if access is not None and access.is_part and _is_navigation():
        abort(404)


def withhold(response: Response) -> Response:
    """The net under ``refuse``: a fragment whose view forgot its mark is not shown as a page either."""
    if request.method not in LOOKING or not _is_navigation() or _is_whole(response):
        return response
    log.error("a fragment was asked for as a page", endpoint=request.endpoint)
    response.status_code, response.mimetype = 404, "text/plain"
    response.set_data("This is a part of a page, and no page.\n")
    return response


def _is_whole(response: Response) -> bool:
    if response.mimetype != "text/html" or response.is_streamed:
        return True
    return response.get_data()[:200].lstrip()[:14].lower() == b"<!doctype html"


def _is_embedded_elsewhere() -> bool:
    """By Fetch Metadata. Links from elsewhere lead here; anything else that another site asks for is refused.

    Unsafe methods are the business of app/web/csrf.py.
    """
    if request.headers.get("Sec-Fetch-Site") not in FOREIGN or request.method not in LOOKING:
        return False
    return request.headers.get("Sec-Fetch-Mode") != "navigate" or request.headers.get("Sec-Fetch-Dest") in FRAMES


def _is_navigation() -> bool:
    """Whether a browser will show the answer by itself.

    Old browsers send no Fetch Metadata, but ask for text/html by name where they navigate and nowhere else.
    """
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode == "navigate"
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def init_app(app: Flask) -> None:
    app.before_request(refuse)
    app.after_request(lambda response: withhold(cast(Response, response)))
