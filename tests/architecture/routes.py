"""Every address of Belfry, with something real to ask it for."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.catalogue.kinds import Category, Channel, Role
from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.preferences import links
from app.preferences.kinds import Subscription
from app.roster.models import School
from app.web.access import access_of
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client, Page

SAFE = {"GET", "HEAD", "OPTIONS"}
PEOPLE = {
    "anybody": None,
    "student": "mina",
    "parent": "priya",
    "teacher": "tom",
    "admin": "margaret",
    "other admin": "hugo",
    "district admin": "dana",
}
"""Who stands for each column of the matrix; the notification asked for is Northfield's, and Priya and Mina have it."""

ENDS_SESSION = {"identity.sign_out"}


@dataclass(frozen=True)
class Address:
    """One method of one rule, filled in."""

    method: str
    rule: Rule
    path: str
    is_part: bool = False
    by_link: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE


def addresses(app: Flask, arguments: dict[str, object]) -> list[Address]:
    """All of the site. Raises KeyError for a rule with an argument that nobody has given a value here yet."""
    urls = app.url_map.bind("localhost")
    return [
        Address(
            method,
            rule,
            urls.build(rule.endpoint, {name: arguments[name] for name in rule.arguments}),
            access_of(app.view_functions[rule.endpoint]).is_part,
            access_of(app.view_functions[rule.endpoint]).by_link,
        )
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def furnish(app: Flask, cast: Cast) -> dict[str, object]:
    """Things of Northfield to ask for: the values of all arguments that rules have."""
    with app.app_context(), unit_of_work() as session:
        school = session.get_one(School, cast.northfield.id)
        sender = session.get_one(Account, cast.margaret.id)
        emergency = factories.notification(school, sender, "The water is unsafe", Category.EMERGENCY)
        factories.copy(emergency, session.get_one(Account, cast.priya.id))
        factories.copy(emergency, session.get_one(Account, cast.mina.id), Role.STUDENT)
        draft = factories.draft(school, sender)
        text = factories.template(school, sender)
        again = factories.recurrence(school, sender)
        link = Subscription(cast.priya.id, Category.ANNOUNCEMENT, Channel.EMAIL)
        return {
            "notification_id": emergency.id,
            "subject_id": emergency.id,
            "school_id": cast.northfield.id,
            "draft_id": draft.id,
            "template_id": text.id,
            "template_key": text.id,
            "recurrence_id": again.id,
            "token": links.token_of(link),
            "place": "page",
            "account_id": cast.priya.id,
        }


class Crowd:
    """Everybody of PEOPLE with a browser, signed in until something ends it."""

    def __init__(self, browser_of: Callable[..., Client]) -> None:
        self._open = browser_of
        self._clients = {column: browser_of(who) for column, who in PEOPLE.items()}

    def token(self, column: str) -> str:
        """The CSRF token of somebody's pages."""
        return self._clients[column].csrf("/inbox" if PEOPLE[column] else "/login")

    def ask(self, column: str, address: Address, headers: dict[str, str] | None = None) -> TestResponse:
        """Make the request: an unsafe one with the right token and nothing else, a part of a page as htmx does."""
        headers = headers or (HTMX if address.is_part else None)
        data = None if address.is_safe else {"csrf_token": self.token(column)}
        response = self._clients[column].open(address.path, method=address.method, data=data, headers=headers)
        if address.rule.endpoint in ENDS_SESSION and PEOPLE[column]:
            self._clients[column] = self._open(PEOPLE[column])
        return response

    def page(self, column: str) -> Page:
        """What somebody has seen last."""
        return self._clients[column].page

    def send(self, column: str, address: Address, token: str | None, headers: dict[str, str]) -> TestResponse:
        """An unsafe request with whatever token, or none."""
        data = {"csrf_token": token} if token else {}
        return self._clients[column].open(address.path, method=address.method, data=data, headers=headers)
