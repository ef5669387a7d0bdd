"""Stylesheets, scripts and icons: small, kept, and never anything but what lies in their folder."""

import gzip
from typing import cast

import pytest
from werkzeug import Response
from werkzeug.test import Client

from app.web.static_files import STATIC, StaticFiles, find, static


def nothing(environ: object, start_response: object) -> object:
    return Response("not a file", 404)(environ, start_response)  # type: ignore[arg-type]


def asked(url: str, method: str = "GET", **headers: str) -> Response:
    client = Client(StaticFiles(nothing, {"X-Content-Type-Options": "nosniff"}), Response)  # type: ignore[arg-type]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return cast(Response, client.open(url, method=method, headers=named))


def test_a_file_is_compressed_and_kept_for_ever_under_the_address_of_its_content() -> None:
    answer = asked(static("vendor/htmx.min.js"), Accept_Encoding="gzip")
    content = (STATIC / "vendor/htmx.min.js").read_bytes()
    assert gzip.decompress(answer.get_data()) == content
    assert len(answer.get_data()) < len(content) / 3
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("text/javascript", "nosniff")
    assert asked(static("vendor/htmx.min.js")).get_data() == content


@pytest.mark.parametrize("url", ["/static/arches.svg", "/static/arches.svg?v=000000000000"])
def test_under_any_other_address_it_is_asked_for_again_and_not_sent_twice(url: str) -> None:
    answer = asked(url)
    assert answer.headers["Cache-Control"] == "no-cache"
    again = asked(url, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.get_data()) == (304, b"")


def test_compressed_and_plain_are_not_taken_for_one_another() -> None:
    plain, small = asked("/static/icons.svg"), asked("/static/icons.svg", Accept_Encoding="gzip")
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert {plain.headers["Vary"], small.headers["Vary"]} == {"Accept-Encoding"}


def test_what_our_files_tell_people_is_not_sent_to_browsers() -> None:
    sheet, script = (asked(static(path)).get_data() for path in ("css/layout.css", "js/live.js"))
    assert b"/*" in (STATIC / "css/layout.css").read_bytes()
    assert b"/*" not in sheet
    assert script.startswith(b"(() =>")
    assert script in (STATIC / "js/live.js").read_bytes()


def test_stylesheets_travel_as_one_in_the_order_of_their_names() -> None:
    names = ("base", "layout", "tag")
    content = asked(static("css/base+layout+tag.css")).get_data()
    assert content == b"\n".join(asked(static(f"css/{name}.css")).get_data() for name in names)
    assert content.index(b".app") < content.index(b".tag")
    assert static("css/base+layout.css").partition("?")[2] != static("css/layout+base.css").partition("?")[2]


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "css/", "css/no.css", "css/base+no.css", "css/base+.css", "css/+.css", "css/base",
        "../app/settings.py", "css/../../app/settings.py", "css/..+base.css", "css//base.css",
        "//etc/passwd", "css/base+../../x.css", "\0",
        "vendor/..%2f..%2fapp/settings.py", "css/" + "+".join(["base"] * 40) + ".css",
    ],
)  # fmt: skip
def test_nothing_else_can_be_had_by_it(path: str) -> None:
    assert find(path) is None
    assert asked(f"/static/{path}").status_code == 404


def test_it_is_only_looked_at() -> None:
    assert (asked("/static/icons.svg", "POST").status_code, asked("/static/icons.svg", "DELETE").status_code) == (
        405,
        405,
    )
    head = asked("/static/icons.svg", "HEAD")
    assert (head.status_code, head.get_data()) == (200, b"")
