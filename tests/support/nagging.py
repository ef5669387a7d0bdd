"""What is wrong with a piece of HTML that no test asked about: checked on every page that any test fetches."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from html5lib import HTMLParser
from html5lib.treebuilders import getTreeBuilder

# Fields that a person does not fill in, and so need no label.
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list")
# What a template writes when it was given nothing, or was never rendered. "None of them" is English.
LEAKS = re.compile(r"\{\{|\{%|%\(\w+\)s|\bNone\b(?! (?:of|yet|so|is|has|was|are)\b)|\bUndefined\b| object at 0x")
PARENTS = {"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "option": "select"}


def parse_page(html: str) -> tuple[Element, list[str]]:
    """The tree of a page, and where it breaks the standard."""
    parser = _parser()
    return parser.parse(html), _errors(parser)


def parse_fragment(html: str) -> tuple[Element, list[str]]:
    """The same for a fragment, parsed where its first element may stand."""
    first = re.match(r"\s*(?:<!--.*?-->\s*)*<(\w+)", html, re.DOTALL)
    parser = _parser()
    return parser.parseFragment(html, container=PARENTS.get(first[1] if first else "", "div")), _errors(parser)


def is_sealed(csp: str) -> bool:
    """Whether a page is for a frame and can do nothing there, so that it may carry a look of its own."""
    directives = {name: values for name, *values in (part.split() for part in csp.split(";") if part.strip())}
    wanted = {"default-src": ["'none'"], "sandbox": ["allow-same-origin"], "frame-ancestors": ["'self'"]}
    return wanted.items() <= directives.items() and "script-src" not in directives


def faults_of_page(root: Element, csp: str) -> Iterator[str]:
    """What every page owes: a title, a language, a heading, the wall against scripts, and all of a fragment's."""
    if "default-src 'self'" not in csp or "unsafe-" in csp:
        yield f"no strict Content-Security-Policy: {csp!r}"
    if not (root.findtext(".//head/title") or "").strip():
        yield "no <title>"
    if not root.get("lang"):
        yield "no lang on <html>"
    if root.find(".//h1") is None:
        yield "no <h1>"
    yield from faults_of_fragment(root)
    ids = {element.get("id") for element in root.iter()}
    for element in root.iter():
        for name in REFERENCES:
            for wanted in (element.get(name) or "").split():
                if wanted not in ids:
                    yield f"{name}={wanted!r} on <{element.tag}> points to nothing"


def faults_of_fragment(root: Element) -> Iterator[str]:
    """What every piece of HTML owes, whichever door it entered by."""
    for id_, times in Counter(element.get("id") for element in root.iter() if element.get("id")).items():
        if times > 1:
            yield f"id {id_!r} stands {times} times"
    for element in root.iter():
        if isinstance(element.tag, str):
            yield from _faults_of_element(element)
    yield from _fields_without_label(root)


def _faults_of_element(element: Element) -> Iterator[str]:
    tag = element.tag
    for name, value in element.items():
        if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
            yield f"inline {name} on <{tag}>"
        if value.strip().lower().startswith("javascript:") or LEAKS.search(value):
            yield f"{name}={value!r} on <{tag}>"
    if tag == "style" or (tag == "script" and not element.get("src")):
        yield f"inline <{tag}>"
    if tag == "img" and element.get("alt") is None:
        yield f"<img src={element.get('src')!r}> without alt"
    if tag == "form" and (element.get("method") or "").lower() == "post":
        token = element.find(".//input[@name='csrf_token']")
        if token is None or not token.get("value"):
            yield f"form to {element.get('action')!r} without csrf_token"
    for text in (element.text, element.tail):
        if text and (leak := LEAKS.search(text)):
            yield f"{leak[0]!r} in the text {text.strip()!r}"


def _fields_without_label(root: Element) -> Iterator[str]:
    labels = [label for label in root.iter("label") if "".join(label.itertext()).strip()]
    named = {label.get("for") for label in labels}
    inside = {field for label in labels for field in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in root.iter(tag):
            is_for_people = tag != "input" or field.get("type", "text") not in UNLABELLED
            if is_for_people and field not in inside and not (field.get("id") and field.get("id") in named):
                yield f"<{tag} name={field.get('name')!r}> without a visible label"


def _parser() -> HTMLParser:
    return HTMLParser(tree=getTreeBuilder("etree"), namespaceHTMLElements=False)


def _errors(parser: HTMLParser) -> list[str]:
    return [f"line {line}: {code} {details or ''}".strip() for (line, _column), code, details in parser.errors]
