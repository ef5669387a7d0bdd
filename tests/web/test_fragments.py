"""A piece of a page goes to the page that asks for it, and nowhere else."""

from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask

from app import create_app
from app.settings import Settings
from app.web.access import access_of, fragment, public
from tests.architecture.routes import Address, Crowd, addresses, furnish
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client

ADDRESS_BAR = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "*/*"}
LINK_ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
OLD_BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGE_OF_OURS = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", **HTMX}
EMBEDDING = [
    {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    for site in ("cross-site", "same-site")
    for mode, dest in [("navigate", "iframe"), ("no-cors", "script"), ("no-cors", "image"), ("cors", "empty")]
]


@pytest.fixture
def site_map(app: Flask, cast: Cast) -> list[Address]:
    return [address for address in addresses(app, furnish(app, cast)) if address.is_safe]


@pytest.fixture
def crowd(site_map: list[Address], browser_of: Callable[..., Client]) -> Crowd:
    return Crowd(browser_of)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_107_whoever_goes_to_an_address_gets_a_whole_page_or_none(
    app: Flask, site_map: list[Address], crowd: Crowd
) -> None:
    for address in site_map:
        for column, headers in product(("anybody", "parent", "admin"), (ADDRESS_BAR, LINK_ELSEWHERE, OLD_BROWSER)):
            answer = crowd.ask(column, address, headers)
            where = f"{address.name} by {column}"
            if access_of(app.view_functions[address.rule.endpoint]).is_part:
                assert answer.status_code == 404, where
            assert answer.mimetype != "text/html" or answer.text.lstrip().lower().startswith("<!doctype"), where
            assert "part of a page" not in answer.text, f"{where}: its view lacks the mark @fragment"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_107_no_other_site_can_embed_anything(site_map: list[Address], crowd: Crowd) -> None:
    for address in site_map:
        for headers in EMBEDDING if address.name != "GET /live" else ():  # no socket: 400 before anything else
            for column in ("anybody", "parent"):
                answer = crowd.ask(column, address, headers)
                assert answer.status_code == 403, f"{address.name} by {column} from {headers}"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_107_no_answer_may_be_kept_for_whoever_asks_otherwise(site_map: list[Address], crowd: Crowd) -> None:
    for address in site_map:
        for headers in (PAGE_OF_OURS, ADDRESS_BAR):
            answer = crowd.ask("parent", address, headers)
            assert {"hx-request", "hx-boosted", "cookie"} <= set(answer.vary.as_set()), address.name
            assert answer.headers["Cache-Control"] == "no-store", address.name


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_107_a_view_that_forgot_its_mark_gives_its_fragment_to_no_address_bar(settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/marked", "marked", fragment(public(lambda: "<p>part</p>")))
    app.add_url_rule("/forgotten", "forgotten", public(lambda: "<p>part</p>"))
    client = app.test_client()
    for path in ("/marked", "/forgotten"):
        for headers in (PAGE_OF_OURS, HTMX, {}):
            assert client.get(path, headers=headers).text == "<p>part</p>"
        for headers in (ADDRESS_BAR, LINK_ELSEWHERE, OLD_BROWSER):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, "<p>part</p>" in answer.text) == (404, False), path
