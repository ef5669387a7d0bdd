"""Structured logs, a line a request, each with the request's id. Never a token, an address or a person's words."""

import logging
import re
import sys
import time

import structlog
from flask import Flask, Response, g, request

from app.kernel.ids import new_id

log = structlog.get_logger("belfry.request")
HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id() -> str | None:
    """The id of the request at work; None outside one."""
    return g.get("request_id") if g else None


def configure() -> None:
    """JSON lines on standard error. Line breaks in values are escaped by JSON, so nobody can forge a line."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else new_id().hex
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,  # not the path: it may hold a token or somebody's words
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.request_began) * 1000, 1),
    )
    return response


def init_app(app: Flask) -> None:
    configure()
    app.before_request(begin)
    app.after_request(end)
