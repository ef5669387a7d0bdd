"""The script for old browsers is one that old browsers can read."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

PLAIN = Path(__file__).parents[2] / "static/js/plain.js"
# Whatever is not among these came after ECMAScript 5.1 (2011), or is not needed.
GRAMMAR = """
program comment function_expression function_declaration formal_parameters statement_block expression_statement
return_statement if_statement else_clause while_statement for_statement variable_declaration variable_declarator
identifier property_identifier this true false null undefined number string string_fragment escape_sequence
regex regex_pattern regex_flags array object pair arguments call_expression new_expression member_expression
subscript_expression assignment_expression augmented_assignment_expression binary_expression unary_expression
update_expression ternary_expression parenthesized_expression
"""
SIGNS = """
! != !== = == === + - * / % < > <= >= && || += -= ++ -- ? : ; , . ( ) [ ] { } " '
function var return if else while for new typeof delete in true false null this
"""
# What no browser of that time had, by the names under which it is called.
YOUNGER = """
fetch Promise Map Set Symbol URL URLSearchParams FormData classList dataset closest matches remove append prepend
replaceWith requestSubmit includes startsWith endsWith padStart from of find findIndex fill entries values repeat
queueMicrotask requestAnimationFrame MutationObserver CustomEvent
"""
NEW = """let a = 1
const a = 1
var f = () => 1
var t = `x`
class A {}
for (var x of y) {}
var {a} = b
f(...a)
function f(...r) {}
function f(a = 1) {}
var o = {f() {}}
var o = {[a]: 1}
var o = {a}
a?.b
a ?? b
a ** b
async function f() {}
function* g() {}
try {} catch {}
/x/u
fetch('/')
a.closest('form')
a.classList
var a = (
import('x')"""


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def faults_of(source: bytes) -> set[str]:
    """What a browser of 2011 would not understand."""
    faults = set()
    for node in nodes(Parser(Language(tree_sitter_javascript.language())).parse(source).root_node):
        known = (GRAMMAR if node.is_named else SIGNS).split()
        text = (node.text or b"").decode()
        if node.type not in known or (node.type == "regex_flags" and not re.fullmatch("[gim]*", text)):
            faults.add(f"{node.type}: {text[:60]}")
        if node.type in {"identifier", "property_identifier"} and text in YOUNGER.split():
            faults.add(f"too young: {text}")
    return faults


def test_it_is_written_in_the_javascript_of_old_browsers() -> None:
    assert faults_of(PLAIN.read_bytes()) == set()


def test_what_is_newer_would_be_found() -> None:
    for new in NEW.splitlines():
        assert faults_of(new.encode()), new


def test_it_is_small() -> None:
    assert len(gzip.compress(PLAIN.read_bytes(), 9)) < 3_000
