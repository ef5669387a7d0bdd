"""Fixtures: the cast in the database, and browsers without a screen for each of them."""

from collections.abc import Callable
from typing import cast as typed

import pytest
from flask import Flask

from app.kernel.unit_of_work import unit_of_work
from tests.support.cast import Cast, take_the_stage
from tests.support.pages import Client


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Everybody, entered in this test's database: ``cast.priya.id``, ``cast.northfield.grades["Year 4"]``."""
    with app.app_context(), unit_of_work():
        return take_the_stage()


@pytest.fixture
def browser_of(app: Flask) -> Callable[..., Client]:
    """``browser_of("priya")`` is hers (needs ``cast``), ``browser_of()`` as nobody; each with own cookies."""

    def opened(who: str | None = None, at: Flask = app) -> Client:
        client = typed(Client, at.test_client())
        return client.sign_in(who) if who else client

    return opened


@pytest.fixture
def client(browser_of: Callable[..., Client]) -> Client:
    """A browser in which nobody is signed in."""
    return browser_of()
