"""Where people are sent, and what their words become."""

import pytest
from flask import Flask

from app.web.markdown import to_html, to_words
from app.web.rendering import local_path
from app.web.static_files import static
from tests.identity.people import PASSWORD, somebody
from tests.identity.test_views import new_browser

ELSEWHERE = [
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/%0d%0aSet-Cookie:x=y\r\nX: y",
    "/\t/evil.example",
    "///evil.example",
    "evil.example",
    "//[x",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_bar_106_nobody_is_sent_to_another_site(target: str) -> None:
    assert local_path(target, "/inbox") == "/inbox"


@pytest.mark.parametrize("target", ["/inbox", "/inbox?after=abc", "/notifications/new"])
def test_bar_106_a_path_of_ours_is_kept(target: str) -> None:
    assert local_path(target, "/login") == target


@pytest.mark.parametrize("target", [target for target in ELSEWHERE if "\n" not in target])
def test_bar_106_sign_in_stays_here_whatever_next_says(app: Flask, target: str) -> None:
    with app.app_context():
        somebody()
    client = new_browser(app)
    client.get("/login", query_string={"next": target})
    answer = client.press("/login", email="sam@example.org", password=PASSWORD, next=target)
    assert (answer.status_code, answer.location) == (303, "/inbox")


def test_bar_106_an_address_that_is_none_is_no_error(app: Flask) -> None:
    answer = new_browser(app).get("/account/sessions", headers={"HX-Request": "true", "HX-Current-URL": "http://[x"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/inbox")


def test_bar_106_htmx_is_redirected_to_paths_of_ours_only(app: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example//evil.example"}
    answer = new_browser(app).get("/account/sessions", headers=headers)
    assert answer.headers["HX-Redirect"] == "/login?next=/inbox"


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("[x](javascript:alert(1))", "<a "),
        ("![x](https://evil.example/seen.png)", "<img"),
        ('<a data-hx-get="/logout" hx-post="/logout">x</a>', "<a "),
        ("[x](//evil.example)", "evil.example"),
        ("[x](data:text/html,<script>1</script>)", "href"),
    ],
)
def test_markdown_becomes_html_that_can_do_nothing(text: str, forbidden: str) -> None:
    assert forbidden not in to_html(text).replace("&lt;", "‹")


def test_markdown_keeps_what_a_letter_needs() -> None:
    html = to_html("# Friday\n\nCome to the **main gate**:\n\n- at *13:00*\n- [map](https://school.example/map)")
    for part in (
        "<h2>Friday</h2>",
        "<strong>main gate</strong>",
        "<li>",
        'href="https://school.example/map"',
        "nofollow",
    ):
        assert part in html
    assert to_words(html) == "Friday Come to the main gate: at 13:00 map"


def test_words_stay_together_that_stood_so_and_no_others() -> None:
    said = "The field is **wet**.  \nBring *well*ies\n# Why\n> rain\n\n`<b>` & <i>"
    assert to_words(to_html(said)) == "The field is wet. Bring wellies Why rain <b> & <i>"


def test_the_address_of_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        static("css/nowhere.css")
