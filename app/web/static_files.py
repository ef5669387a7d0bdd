"""Static files, from memory: read and compressed once, and kept by browsers under addresses that follow their content.

Stylesheets are a file a component, and a page needs a dozen of them: they travel as one, named by all of their names.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from werkzeug import Request, Response

STATIC = Path(__file__).parents[2] / "static"
PREFIX = "/static/"
JOINED = "+"
MOST_JOINED = 30
MOST_KEPT = 200
FOR_EVER = "public, max-age=31536000, immutable"
LEAST_WORTH_IT = 200
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class File:
    """What is sent of a file, as it is and, where that is worth it, compressed."""

    content: bytes
    packed: bytes | None
    mimetype: str
    version: str


class StaticFiles:
    """Answers for all that is under ``/static/``, before Flask; passes on whatever it has not."""

    def __init__(self, app: Wsgi, headers: dict[str, str]) -> None:
        self.app, self.headers = app, headers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        file = find(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        answer = self.app if file is None else self.answer(Request(environ), file)
        return answer(environ, start_response)

    def answer(self, request: Request, file: File) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return Response(status=405, headers={"Allow": "GET, HEAD"})
        is_packed = file.packed is not None and request.accept_encodings.quality("gzip") > 0
        response = Response(file.packed if is_packed else file.content, mimetype=file.mimetype, headers=self.headers)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        if file.packed is not None:
            response.headers["Vary"] = "Accept-Encoding"
        # An address without the version, as in url() of a stylesheet, may mean other content tomorrow.
        is_versioned = request.args.get("v") == file.version
        response.headers["Cache-Control"] = FOR_EVER if is_versioned else "no-cache"
        response.set_etag(f"{file.version}-gzip" if is_packed else file.version)
        return response.make_conditional(request)


@cache
def static(path: str) -> str:
    """The address of a file of ours, or of several joined: ``css/tokens+base.css``.

    Raises FileNotFoundError for a name that is none: a broken link is found by the first test that renders it.
    """
    file = find(path)
    if file is None:
        raise FileNotFoundError(path)
    return f"{PREFIX}{path}?v={file.version}"


@lru_cache(maxsize=MOST_KEPT)
def find(path: str) -> File | None:
    """The file, or those that ``+`` joins, each from the same folder; None when one of them is not there."""
    folder, slash, name = path.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    names = [f"{folder}{slash}{part}.{suffix}" for part in stem.split(JOINED)]
    if len(names) > MOST_JOINED or any(name not in _all() for name in names):
        return None
    content = b"\n".join(_spoken(name) for name in names)
    packed = gzip.compress(content, 9, mtime=0)
    return File(
        content,
        packed if len(content) - len(packed) > LEAST_WORTH_IT else None,
        KINDS.get(f".{suffix}", "text/plain"),
        hashlib.sha256(content).hexdigest()[:12],
    )


def _spoken(name: str) -> bytes:
    """What a file says to a browser. What ours tell people, anywhere in CSS and at the head of a script, stays here."""
    content = _all()[name].read_bytes()
    if name.startswith("css/"):
        return COMMENT.sub(b"", content)
    return COMMENT.sub(b"", content, count=1) if name.startswith("js/") and content.startswith(b"/*") else content


@cache
def _all() -> dict[str, Path]:
    """By the names under which they may be asked for: no other path is ever opened."""
    return {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.is_file()}
