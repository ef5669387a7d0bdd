"""Placeholders: a few known words between single braces, and never anything that runs."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.kinds import Category, Role
from app.library.kinds import Ready, Words
from app.library.rules import BY_HAND, FILLED, filled, unfilled
from app.library.words import ready_to_use
from app.roster.kinds import Hat

VALUES = {"school": "Northfield Primary", "today": "Friday", "time": "10:32"}
INJECTIONS = [
    "{{7*7}}",
    "{{ 7*7 }}",
    "{% for x in y %}{% endfor %}",
    "{school.__class__}",
    "{school!r}",
    "{school:>100000000}",
    "{0}",
    "{}",
    "{{school}}",
    "${school_}",
    "%(school)s",
    "{SCHOOL}",
    "{ school }",
    "{config}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{sch\u200dool}",
]


def test_what_is_known_is_put_in_and_the_rest_stays_in_sight() -> None:
    text = "At {time} {school} goes to {place}. {time}! {unknown}"
    assert filled(text, VALUES) == "At 10:32 Northfield Primary goes to {place}. 10:32! {unknown}"
    assert unfilled(text, "{bus} {place}") == ("{time}", "{school}", "{place}", "{bus}")
    assert unfilled(filled(text, VALUES)) == ("{place}",)


@pytest.mark.parametrize("text", INJECTIONS)
def test_bar_94_what_looks_like_code_stays_what_it_is(text: str) -> None:
    assert filled(text, VALUES) == text
    assert unfilled(text) == ()


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert filled("{school} {time}", {"school": "{time}", "time": "{school}"}) == "{time} {school}"


@given(st.text(alphabet="{}abscholtimep %.!_0", max_size=60))
def test_bar_94_nothing_but_known_words_ever_changes(text: str) -> None:
    """Whatever is typed: taking the values back out gives what was typed."""
    marked = filled(text, {name: f"\x01{name}\x02" for name in (*FILLED, *BY_HAND)})
    assert marked.replace("\x01", "{").replace("\x02", "}") == text


def test_a_hundred_thousand_braces_are_looked_through_at_once() -> None:
    text = "{" * 50_000 + "{school" * 10_000 + "}" * 50_000
    began = datetime.now(UTC)
    unfilled(text)
    filled(text, VALUES)
    assert (datetime.now(UTC) - began).total_seconds() < 5


def test_a_day_is_written_as_everywhere_else(app: Flask) -> None:
    hat = Hat(uuid4(), Role.ADMIN, uuid4(), uuid4(), "Northfield", "Europe/London")
    text = Ready("x", Words("", Category.ANNOUNCEMENT, "", "{today}, {time}"))
    with app.test_request_context():
        ready = ready_to_use(text, hat, datetime(2026, 11, 21, 16, 30, tzinfo=UTC))
    assert ready.words.body == "Saturday, 21 November 2026, 16:30"
