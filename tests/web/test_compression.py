"""Pages are small on the wire, and their size tells nobody what is in them."""

import gzip
from typing import cast

import pytest
from flask import Flask, Response
from werkzeug.test import Client

from app.web.compression import packed

TAKES_GZIP = {"Accept-Encoding": "gzip, deflate, br"}
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def asked(app: Flask, url: str = "/login", **headers: str) -> Response:
    """The bytes of an answer, as they travel."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return cast(Response, Client(app, Response).get(url, headers=named))


def test_a_page_arrives_compressed_and_whole(app: Flask) -> None:
    plain, small = asked(app), asked(app, Accept_Encoding="gzip, deflate, br")
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.content_length == len(small.get_data())
    assert small.content_length < len(plain.get_data()) / 2
    assert gzip.decompress(small.get_data()).rstrip().endswith(b"</html>")
    assert all("accept-encoding" in answer.vary.as_set() for answer in (plain, small))


@pytest.mark.parametrize("taken", ["", "br", "gzip;q=0", "identity"])
def test_who_cannot_read_it_compressed_gets_it_plain(app: Flask, taken: str) -> None:
    assert asked(app, Accept_Encoding=taken).get_data().startswith(b"<!doctype")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_makes_a_browser_ask_for_is_not_compressed(app: Flask, site: str) -> None:
    answer = asked(app, Accept_Encoding="gzip", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")
    assert "Content-Encoding" not in answer.headers


def test_the_same_page_has_another_length_each_time(app: Flask) -> None:
    content = asked(app).get_data()
    lengths = {len(packed(content)) for _ in range(200)}
    assert len(lengths) > 50
    assert max(lengths) - min(lengths) <= 100
    assert {gzip.decompress(packed(content)) for _ in range(20)} == {content}


def test_small_answers_are_left_alone(app: Flask) -> None:
    assert "Content-Encoding" not in asked(app, "/healthz", Accept_Encoding="gzip").headers
