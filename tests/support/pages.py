"""A browser without a screen: a Flask client that fills in forms like a person and nags about every page."""

import json
from typing import Any, Self
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import werkzeug.test
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support import nagging
from tests.support.cast import PASSWORD, sign_in_name

HTMX = {"HX-Request": "true"}


class Page:
    """A page or fragment that was received."""

    def __init__(self, root: Element) -> None:
        self.root = root

    @property
    def text(self) -> str:
        """All that can be read on it, in one line."""
        return " ".join(" ".join(self.root.itertext()).split())

    def find(self, id_: str) -> Element | None:
        return self.root.find(f".//*[@id='{id_}']")

    def text_of(self, id_: str) -> str:
        """The words inside the element with an id. Raises LookupError when it is not there."""
        element = self.find(id_)
        if element is None:
            raise LookupError(f"no #{id_} on: {self.text[:300]}")
        return " ".join(" ".join(element.itertext()).split())

    def all_with(self, attribute: str) -> list[str]:
        """The values of an attribute, in the order of the page: ``all_with("data-notification")``."""
        return [element.attrib[attribute] for element in self.root.iter() if attribute in element.attrib]

    def form(self, action: str) -> Element:
        """The form that posts to ``action``. Raises LookupError when there is none: then a person could not send it."""
        for form in self.root.iter("form"):
            if urlsplit(form.get("action") or action).path == urlsplit(action).path:
                return form
        raise LookupError(f"no form to {action} on: {self.text[:300]}")

    def elsewhere(self, form: Element) -> dict[str, list[str]]:
        """What belongs to a form but stands outside of it."""
        found = [field for field in self.root.iter("input") if form.get("id") and field.get("form") == form.get("id")]
        return {field.get("name", ""): _standing_in(field) for field in found}

    def links(self) -> list[str]:
        return [link.get("href", "") for link in self.root.iter("a")]


class Person(werkzeug.test.Client):
    """Whoever sits before a browser. Fails the test that fetched a page with faults, whatever that test is about."""

    page: Page
    base_url: str

    def open(self, *args: Any, may_break: bool = False, **kwargs: Any) -> TestResponse:
        """A 500 fails the test too, unless it ``may_break``: its cause stands in the log."""
        kwargs.setdefault("base_url", self.base_url)
        response = super().open(*args, **kwargs)
        assert may_break or response.status_code != 500, f"{response.request.path} broke; see the log"
        if response.mimetype == "text/html" and response.get_data():
            is_page = response.text.lstrip().lower().startswith("<!doctype")
            may_be_part = response.request.headers.get("HX-Request") == "true"
            self.page = read(response, is_fragment=may_be_part and not is_page)
        return response

    def sign_in(self, who: str) -> Self:
        """Sign in one of the cast by first name, through the form. Gives itself back."""
        response = self.post_form("/login", email=sign_in_name(who), password=PASSWORD)
        assert response.status_code == 303, f"{who} could not sign in: {response.status_code} {response.text}"
        return self

    def post_form(self, url: str, action: str | None = None, headers: Any = None, **fields: Any) -> TestResponse:
        """Open a page, fill in its form (to ``action``, else to the page itself) and send it."""
        self.get(url)
        return self.press(action or url, headers=headers, **fields)

    def press(self, action: str, headers: Any = None, **fields: Any) -> TestResponse:
        """Send the form to ``action`` on the page last seen, with what stands in it and ``fields`` over that."""
        form = self.page.form(action)
        values = {**values_of(form), **self.page.elsewhere(form), **fields}
        return self.post(action, data=values, headers=headers)

    def press_button(self, formaction: str, headers: Any = None) -> TestResponse:
        """Press a button on the page last seen that sends its form elsewhere: to its ``formaction``."""
        for form in self.page.root.iter("form"):
            if any(button.get("formaction") == formaction for button in form.iter("button")):
                return self.post(formaction, data=values_of(form), headers=headers)
        raise LookupError(f"no button to {formaction} on: {self.page.text[:300]}")

    def csrf(self, url: str = "/inbox") -> str:
        """The token that stands on a page, for requests that no form on it makes."""
        self.get(url)
        field, body = self.page.root.find(".//input[@name='csrf_token']"), self.page.root.find(".//body[@hx-headers]")
        if field is not None:
            return field.attrib["value"]
        if body is not None:
            return str(json.loads(body.attrib["hx-headers"])["X-CSRFToken"])
        raise LookupError(f"{url} has no csrf_token")

    def cookie_header(self) -> str:
        """What a browser would send along, for a socket that it opens."""
        cookies = (self._cookies or {}).values()
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies)


class Client(Person, FlaskClient):
    """A person who talks to the app in this process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = self.application.extensions["belfry.settings"].public_url


def read(response: TestResponse, *, is_fragment: bool) -> Page:
    """Parse an answer. Raises AssertionError naming everything that is wrong with it."""
    parse = nagging.parse_fragment if is_fragment else nagging.parse_page
    root, faults = parse(response.text)
    csp = response.headers.get("Content-Security-Policy", "")
    if is_fragment:
        faults += nagging.faults_of_fragment(root)
    elif not nagging.is_sealed(csp):
        faults += nagging.faults_of_page(root, csp)
    if faults:
        where = f"{response.request.method} {response.request.path}"
        raise AssertionError(f"{where} gave HTML with faults:\n  " + "\n  ".join(faults))
    return Page(root)


def values_of(form: Element) -> dict[str, list[str]]:
    """What a browser would send if nobody touched the form; buttons send nothing."""
    values: dict[str, list[str]] = {}
    for field in form.iter():
        name = field.get("name")
        if name and field.get("disabled") is None:
            values.setdefault(name, []).extend(_standing_in(field))
    return {name: standing for name, standing in values.items() if standing}


def _standing_in(field: Element) -> list[str]:
    if field.tag == "textarea":
        return ["".join(field.itertext()).removeprefix("\n")]
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and field.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", option.text or "") for option in chosen]
    kind = field.get("type", "text")
    if field.tag != "input" or kind in {"submit", "button", "reset", "image", "file"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [field.get("value", "on")] if field.get("checked") is not None else []
    return [field.get("value", "")]
