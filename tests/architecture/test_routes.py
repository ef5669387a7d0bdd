"""Every address says who may use it, refuses forged requests, and changes nothing when it is only looked at."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.settings import Settings
from app.web.access import access_of
from tests.architecture.routes import PEOPLE, Address, Crowd, addresses, furnish
from tests.support.cast import Cast
from tests.support.content import content_of
from tests.support.pages import HTMX, Client

MATRIX = Path(__file__).with_name("access.toml")


@pytest.fixture
def site_map(app: Flask, cast: Cast) -> list[Address]:
    return addresses(app, furnish(app, cast))


@pytest.fixture
def crowd(site_map: list[Address], browser_of: Callable[..., Client]) -> Crowd:
    return Crowd(browser_of)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_view_says_who_may_call_it(app: Flask) -> None:
    silent = []
    for endpoint, view in app.view_functions.items():
        try:
            access_of(view)
        except LookupError:
            silent.append(endpoint)
    assert not silent


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_whatever_changes_something_is_a_post(site_map: list[Address]) -> None:
    """So that it works from a plain form, without a script."""
    assert {address.method for address in site_map} == {"GET", "POST"}


def test_bar_79_each_role_gets_what_the_matrix_says_and_nothing_else(site_map: list[Address], crowd: Crowd) -> None:
    """``access.toml`` is the decision, this is what happens. A route that is missing from it fails."""
    decided = tomllib.loads(MATRIX.read_text())["status"]
    found = {
        address.name: {column: crowd.ask(column, address).status_code for column in PEOPLE} for address in site_map
    }
    assert set(found) == set(decided), "every address needs a line in access.toml, and each line an address"
    wrong = {name: (found[name], decided[name]) for name in found if list(found[name].values()) != decided[name]}
    assert not wrong, "\n".join(f"{name}: {is_now}, decided: {should}" for name, (is_now, should) in wrong.items())


def test_bar_102_a_get_changes_nothing(settings: Settings, site_map: list[Address], crowd: Crowd) -> None:
    before = content_of(settings)
    for address in site_map:
        for column in PEOPLE if address.is_safe else ():
            crowd.ask(column, address)
            crowd.ask(column, address, HTMX)
        assert content_of(settings) == before, f"{address.name} changed something"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_102_only_the_links_of_mails_are_believed_without_a_token(site_map: list[Address]) -> None:
    """What a mail provider's machine posts to: the link, or the whole request, is signed."""
    assert {address.name for address in site_map if address.by_link} == {
        "GET /unsubscribe/<token>",
        "POST /unsubscribe/<token>",
        "POST /unsubscribe/<token>/removal",
        "POST /webhooks/resend",
        "POST /webhooks/sendgrid",
    }


def test_bar_102_a_forged_request_is_refused_everywhere(
    settings: Settings, site_map: list[Address], crowd: Crowd
) -> None:
    """Without a token, with that of another session, and from another site by Fetch Metadata or by Origin."""
    unsafe = [address for address in site_map if not address.is_safe and not address.by_link]
    assert unsafe
    before = content_of(settings)
    for column in PEOPLE:
        own, anothers = crowd.token(column), crowd.token("parent" if column != "parent" else "admin")
        forgeries: list[tuple[str | None, dict[str, str]]] = [
            (None, {}),
            (anothers, {}),
            (own + "x", {}),
            (own, {"Sec-Fetch-Site": "cross-site"}),
            (own, {"Sec-Fetch-Site": "same-site"}),
            (own, {"Origin": "https://belfry.example.evil"}),
            (own, {"Origin": "null"}),
        ]
        for address in unsafe:
            for token, headers in forgeries:
                response = crowd.send(column, address, token, headers)
                assert response.status_code in {401, 403}, f"{address.name} by {column} took {token!r} {headers}"
    assert content_of(settings) == before
