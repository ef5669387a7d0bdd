"""Templates: each compiles, names what exists, says its words through gettext, and brings no script of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, StrictUndefined, meta, nodes

from app import create_app
from app.web.static_files import STATIC
from tests.support.migrations import settings_for

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
OUR_NAME = {"Belfry"}
SPOKEN = re.compile(r"""\b(?:aria-label|title|alt|placeholder)="([^"{\x00]*)""")
INLINE = re.compile(r"""\sstyle=|\son\w+=|\shx-on|<style|javascript:|<script(?![^>]*\ssrc=)""", re.IGNORECASE)
HOLE = "\x00"
NOT_SHOWN = re.compile(r"""<style.*?</style>|<(?:[^>"]|"[^"]*")*>|&\w+;""", re.DOTALL)
# Blocks that stand inside a tag of the layout: their words are attributes.
INSIDE_TAGS = re.compile(r"{% block (body_class) %}.*?{% endblock \1 %}", re.DOTALL)


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app without a database behind it: templates are only read here."""
    directory = tmp_path_factory.mktemp("templates")
    return create_app(settings_for(f"sqlite:///{directory / 'none.sqlite3'}", directory))


def source_of(name: str) -> str:
    return (ROOT / name).read_text()


def calls_of(environment: Environment, name: str, function: str) -> Iterator[str]:
    """The literal first argument of each call of a function in a template."""
    for call in environment.parse(source_of(name)).find_all(nodes.Call):
        is_it = isinstance(call.node, nodes.Name) and call.node.name == function
        if is_it and call.args and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value


def written_by_hand(environment: Environment, name: str) -> str:
    """What the template's author typed outside expressions, each expression a hole."""
    source = INSIDE_TAGS.sub("", source_of(name))
    tokens: Iterator[tuple[int, str, str]] = environment.lex(source)
    pieces = ((kind, value) for _line, kind, value in tokens if kind in {"data", "variable_begin"})
    return "".join(value if kind == "data" else HOLE for kind, value in pieces)


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 30


def test_a_name_that_nobody_gave_is_an_error(bare_app: Flask) -> None:
    assert bare_app.jinja_env.undefined is StrictUndefined


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(bare_app: Flask, name: str) -> None:
    """Also finds filters and tests that do not exist."""
    bare_app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_it_names_exists(bare_app: Flask, name: str) -> None:
    environment = bare_app.jinja_env
    parts = set(meta.find_referenced_templates(environment.parse(source_of(name)))) - {None}
    assert parts <= set(TEMPLATES)
    endpoints = set(calls_of(environment, name, "url_for"))
    assert endpoints <= set(bare_app.view_functions), f"no such page: {endpoints - set(bare_app.view_functions)}"
    for path in calls_of(environment, name, "static"):
        assert (STATIC / path).is_file(), f"no such file: {path}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_goes_through_gettext(bare_app: Flask, name: str) -> None:
    typed = written_by_hand(bare_app.jinja_env, name)
    spoken = " ".join(SPOKEN.findall(typed))
    shown = NOT_SHOWN.sub(" ", typed)
    words = set(re.findall(r"[^\W\d_]{2,}", f"{shown} {spoken}")) - OUR_NAME
    assert not words, f"not translatable: {words}"


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith("email/")])
def test_bar_103_it_brings_no_script_or_style_of_its_own(bare_app: Flask, name: str) -> None:
    assert not INLINE.search(written_by_hand(bare_app.jinja_env, name))
