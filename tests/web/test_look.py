"""What the stylesheets, the sprite and the templates promise each other."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cast import Cast
from tests.support.pages import Client

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "email" not in path.parts)
COLOUR = re.compile(r"(--[\w-]+):\s*([^;]+);")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def block(css: str, selector: str) -> str:
    """The text between the braces behind ``selector``."""
    return css.partition(selector)[2].partition("{")[2].partition("}")[0]


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


def vendored() -> dict[str, str]:
    """File name to hash, as vendor/README.md states them."""
    readme = (STATIC / "vendor/README.md").read_text()
    return dict(re.findall(r"^\| `([\w.]+)` .*`([0-9a-f]{64})` \|$", readme, re.MULTILINE))


def icons_named(text: str) -> set[str]:
    """The words in the first argument of each icon(...) and in each table of icons, and what stands behind the #."""
    calls = re.findall(r"icon\(([^),]*)", text)
    tables = re.findall(r"set icons = \{([^}]*)\}", text)
    named = {name for call in calls for name in re.findall(r"'([\w-]+)'", call)}
    named |= {name for table in tables for name in re.findall(r": '([\w-]+)'", table)}
    return named | set(re.findall(r"icons\.svg'\) \}\}#([\w-]+)", text))


def test_dark_is_the_same_whether_the_device_or_the_person_asks_for_it() -> None:
    tokens = (STATIC / "css/tokens.css").read_text()
    by_device = COLOUR.findall(block(tokens, ':root:not([data-theme="light"])'))
    by_person = COLOUR.findall(block(tokens, ':root[data-theme="dark"]'))
    assert len(by_device) > 20
    assert by_device == by_person


def test_every_dark_colour_has_a_light_one() -> None:
    tokens = (STATIC / "css/tokens.css").read_text()
    dark = {name for name, _ in COLOUR.findall(block(tokens, ':root[data-theme="dark"]'))}
    light = {name for name, _ in COLOUR.findall(tokens.partition("Colour, light")[2].partition("@media")[0])}
    assert dark <= light


def test_bar_104_vendored_scripts_are_the_published_ones() -> None:
    files = {path.name: path for path in (STATIC / "vendor").glob("*.js")}
    assert files.keys() == vendored().keys() != set()
    for name, path in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == vendored()[name], name


def test_bar_104_htmx_is_told_to_run_nothing_and_to_ask_nobody_else(
    cast: Cast, browser_of: Callable[..., Client]
) -> None:
    priya = browser_of("priya")
    assert priya.get("/inbox").status_code == 200
    (config,) = [meta.get("content", "") for meta in priya.page.root.iter("meta") if meta.get("name") == "htmx-config"]
    forbidden = {
        "selfRequestsOnly": True,
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
    }
    assert json.loads(config).items() >= forbidden.items()


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    names = {name for path in PAGES for name in icons_named(path.read_text())}
    assert {"siren", "belfry", "compass"} <= names
    assert names <= sprite()


def test_every_stylesheet_that_a_template_names_exists() -> None:
    calls = re.findall(r"styles\(([^)]*)\)", "\n".join(path.read_text() for path in PAGES))
    names = {name for call in calls for name in re.findall(r"'([\w-]+)'", call)}
    assert names == {path.stem for path in (STATIC / "css").glob("*.css")}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_bar_103_no_template_carries_style_script_or_handler(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\s(style|on[a-z]+|hx-on[\w:-]*|data-hx-on[\w:-]*)\s*=", text)
    assert "<style" not in text
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_post_form_carries_the_csrf_field(path: Path) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL):
        carried = ("m.csrf(csrf_token)", 'name="csrf_token"', "notifications/_carried.html")
        assert any(field in form for field in carried)


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_what_htmx_sends_has_its_own_target_and_swap_and_works_without_it(path: Path) -> None:
    for tag in re.findall(r"<\w+[^>]*\shx-(?:get|post)=[^>]*>", path.read_text()):
        assert "hx-target=" in tag
        assert "hx-swap=" in tag
        # What sends a form that stands elsewhere shows what that form's own answer shows as well; what only ever comes
        # over the socket has a page with scripts around it.
        assert any(way in tag for way in ("action=", "href=", 'hx-include="#', "hx-swap-oob="))
