"""Why somebody got something, and the first words of it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from app.inbox import words

ROOM = uuid4()


@pytest.fixture(autouse=True)
def reader(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_the_reason_is_a_sentence() -> None:
    audience = {"include": [f"guardians-of:class:{ROOM}"], "names": {f"class:{ROOM}": "4B"}}
    expected = "To guardians of class 4B; you get it for Mina and Yusuf."
    assert words.reason(audience, ["Mina", "Yusuf"]) == expected


def test_nobody_learns_who_else_was_named() -> None:
    audience = {"include": [f"person:{uuid4()}", f"person:{uuid4()}"]}
    assert words.reason(audience, []) == "To people chosen by name."


def test_an_audience_that_says_nothing_gives_no_words() -> None:
    assert words.reason({}, []) == ""


def test_the_first_words_are_without_marks() -> None:
    assert words.first_words("**Please** collect:\n\n- coats\n- bags") == "Please collect: coats bags"
