"""``tests/bars.toml`` and the tests that carry a bar's number say the same."""

import ast
import tomllib

import pytest

from tests.architecture.bars import FILE, carrying, functions, numbers_of

BARS = tomllib.loads(FILE.read_text())
FUNCTIONS = functions()
ASIDE = {"skip", "xfail"}


def is_set_aside(function: ast.FunctionDef) -> bool:
    nodes = (node for decorator in function.decorator_list for node in ast.walk(decorator))
    return any(isinstance(node, ast.Attribute) and node.attr in ASIDE for node in nodes)


@pytest.mark.parametrize("number", [str(number) for number in BARS["finished"]])
def test_a_finished_bar_is_shown_by_a_test(number: str) -> None:
    shown = [name for name in BARS["bar"][number]["tests"] if not is_set_aside(FUNCTIONS[name])]
    assert shown, f"nothing shows bar {number}: {BARS['bar'][number]['says']}"


@pytest.mark.parametrize("number", BARS["bar"])
def test_a_bar_names_the_tests_that_carry_its_number(number: str) -> None:
    assert BARS["bar"][number]["tests"] == carrying(number), "run python -m tests.architecture.bars"


def test_every_number_is_a_bar() -> None:
    used = {number for name in FUNCTIONS for number in numbers_of(name)}
    assert used <= set(BARS["bar"]), f"tests/bars.toml has no line for {used - set(BARS['bar'])}"


@pytest.mark.parametrize("number", BARS["bar"])
def test_a_bar_says_what_holds_how_much_it_matters_and_what_was_reduced(number: str) -> None:
    bar = BARS["bar"][number]
    assert bar["level"] in {"P0", "P1", "P2"}
    assert len(bar["says"]) > 20
    assert ("reduced" in bar) == ("full" in bar)
