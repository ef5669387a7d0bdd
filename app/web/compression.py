"""Pages travel compressed, as far as that tells nobody what is in them.

From the size of a compressed answer one can learn whether a guess that was put into the request stands in the page too
(BREACH). Only another site can make somebody's browser ask again and again, and such requests are answered as they are.
Browsers too old to say who asks get a length that is off by chance: guessing then takes more requests than one makes.
"""

import secrets
import zlib
from typing import cast

from flask import Flask, Response, request

from app.web.fragments import FOREIGN

LEAST = 600
LEVEL = 6
MOST_BY_CHANCE = 100
KINDS = frozenset({"text/html", "text/plain", "text/csv", "application/json", "application/problem+json"})


def compress(response: Response) -> Response:
    """Leaves aside what is small, streamed, compressed already, or asked for by another site."""
    if response.mimetype not in KINDS or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    is_taken = request.accept_encodings.quality("gzip") > 0
    if not is_taken or request.headers.get("Sec-Fetch-Site") in FOREIGN:
        return response
    content = response.get_data()
    if len(content) >= LEAST:
        response.set_data(packed(content))
        response.headers["Content-Encoding"] = "gzip"
    return response


def packed(content: bytes) -> bytes:
    """Gzip with a file name of random length in its header, which nobody reads (RFC 1952, 2.3.1)."""
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    name = b"-" * secrets.randbelow(MOST_BY_CHANCE + 1) + b"\0"
    header = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name
    ending = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return header + squeeze.compress(content) + squeeze.flush() + ending


def init_app(app: Flask) -> None:
    """Call it before all else that changes answers: what is registered first comes last."""
    app.after_request(lambda response: compress(cast(Response, response)))
