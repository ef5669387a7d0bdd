"""A person who talks to a running Belfry over the network, with the same hands as one in this process."""

import http.client
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from tests.support.pages import Person

ANSWER_WITHIN = 30.0
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})


class Visitor(Person):
    """Behaves like the client of ``browser_of``, but each request goes through a socket to ``base_url``."""

    def __init__(self, base_url: str) -> None:
        super().__init__(_carrier(base_url))
        self.base_url = base_url


def _carrier(base_url: str) -> Callable[..., Iterable[bytes]]:
    """A WSGI app that passes requests on to a server and its answers back."""
    host, port = urlsplit(base_url).hostname or "", urlsplit(base_url).port

    def carry(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN)
        try:
            query = environ.get("QUERY_STRING")
            path = environ["PATH_INFO"] + (f"?{query}" if query else "")
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            connection.request(environ["REQUEST_METHOD"], path, body or None, _headers(environ))
            answer = connection.getresponse()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            start_response(f"{answer.status} {answer.reason}", kept)
            return [answer.read()]
        finally:
            connection.close()

    return carry


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return headers
