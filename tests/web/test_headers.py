"""What the browser is told about every answer."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.identity.test_views import new_browser

EXPECTED_CSP = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


@pytest.mark.parametrize("url", ["/login", "/healthz", "/no-such-page", "/account/sessions"])
def test_bar_103_every_answer_forbids_what_is_inline_or_foreign(app: Flask, url: str) -> None:
    policy = set(new_browser(app).get(url).headers["Content-Security-Policy"].split("; "))
    assert policy >= EXPECTED_CSP
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule]
    assert len([rule for rule in policy if rule.startswith("connect-src 'self' ws://127.0.0.1:")]) == 1


@pytest.mark.parametrize("url", ["/login", "/healthz", "/no-such-page", "/static/css/tokens.css"])
def test_bar_105_no_guessing_no_keeping_no_version(app: Flask, url: str) -> None:
    headers = new_browser(app).get(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers
    assert "X-Powered-By" not in headers
    if not url.startswith("/static/"):
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "HX-Request" in headers["Vary"]


def test_bar_105_https_is_for_a_year_and_only_said_over_https(make_app: Callable[..., Flask]) -> None:
    assert "Strict-Transport-Security" not in new_browser(make_app()).get("/login").headers
    https = new_browser(make_app(public_url="https://bells.example"))
    assert "max-age=31536000" in https.get("/login").headers["Strict-Transport-Security"]


def test_static_files_are_kept_for_a_year_under_an_address_that_follows_their_content(app: Flask) -> None:
    client = new_browser(app)
    client.get("/login")
    sheets = [link.get("href", "") for link in client.page.root.iter("link") if link.get("rel") == "stylesheet"]
    assert sheets
    for sheet in sheets:
        answer = client.get(sheet)
        assert answer.status_code == 200
        assert "?v=" in sheet
        assert "max-age=31536000" in answer.headers["Cache-Control"]
