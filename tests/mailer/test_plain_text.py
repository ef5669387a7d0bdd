"""Markdown for those who read plain text."""

import pytest

from app.mailer.plain_text import from_markdown


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("The **main gate** at *13:00*.", "The main gate at 13:00."),
        ("One\ntwo\n\nthree", "One\ntwo\n\nthree"),
        ("# Friday\n\nSchool closes.", "Friday\n\nSchool closes."),
        ("- lunch\n- club\n  - inner", "- lunch\n- club\n  - inner"),
        ("3. lunch\n4. club", "3. lunch\n4. club"),
        ("> be calm\n>\n> all of you", "> be calm\n>\n> all of you"),
        ("See [the map](https://school.example/map).", "See the map (https://school.example/map)."),
        ("<https://school.example/map>", "https://school.example/map"),
        ("<office@school.example>", "office@school.example"),
        ("```\na  b\n```", "    a  b"),
        ("`code` and <b>bold</b> &amp; more", "code and <b>bold</b> & more"),
        ("before\n\n---\n\nafter", "before\n\n* * *\n\nafter"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_nothing_that_was_said_is_lost(markdown: str, plain: str) -> None:
    assert from_markdown(markdown) == plain
