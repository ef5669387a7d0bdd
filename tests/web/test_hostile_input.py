"""Whatever stands in an argument, a field or a header: an answer, never an error. What is another's stays theirs."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from urllib.parse import quote_from_bytes
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.drafts.models import SavedDraft
from app.extensions import db
from app.identity.models import Account
from app.kernel.ids import new_id
from app.kernel.paging import to_token
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification
from tests.architecture.routes import Address, addresses, furnish
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client

FIRST = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
LAST = datetime.max.replace(tzinfo=timezone(timedelta(hours=-14)))
SPOILT = (b"a\0b", b"\0", b"\xed\xa0\x80\xff\xc0\xaf", "\u202ed\u2066\ufeff\u2028".encode(), b"%' OR 1=1 -- \\_%\"")
NUMBERS = (b"9" * 400, b"-1", b"1e999999999", "\u0661".encode() * 32)
MOMENTS = (FIRST.isoformat().encode(), b"0001-01-01T00:00", LAST.isoformat().encode(), b"9999-12-31T23:59")
CURSORS = (
    *(to_token((moment, UUID(int=0))).encode() for moment in (FIRST, LAST, FIRST.replace(tzinfo=UTC))),
    *(f"{UUID(int=7)}.{sign}{10**40}".encode() for sign in ("", "-")),
)
STRANGE = (*SPOILT, *NUMBERS, *MOMENTS, *CURSORS, b"../../../etc/passwd", b"x" * 9_000)
ARGUMENTS = (
    *("q", "show", "category", "school", "child", "after", "mine", "name", "channel", "role", "done", "about", "next"),
    *("cursor", "topic", "draft", "template", "removed", "again", "saved", "kept", "id", "category[]", "__proto__"),
)
WRITTEN = (
    *("title", "body", "link", "category", "priority", "include", "exclude", "expires_at", "scheduled_for", "q"),
    *(
        "when",
        "scheduled_zone",
        "version",
        "every",
        "days",
        "month_day",
        "at",
        "starts_on",
        "ends",
        "until_on",
        "times",
    ),
    *("times", "skip_from", "skip_to"),
    *("shown", "requires_acknowledgement", "school_name", "idempotency_key", "draft", "draft_page", "draft_step"),
    *("draft_seen", "template"),
)
FIELDS = (
    *WRITTEN,
    *("replace", "name", "page", "about", "kept", "membership_id", "next", "offered", "wanted", "language"),
    *("time_zone", "email", "password", "show", "category[]", "List-Unsubscribe"),
)
FORM = "application/x-www-form-urlencoded"
FARTHEST_EAST = "Pacific/Kiritimati"


class Attacker:
    """One of the cast, with a client that takes any answer as it comes."""

    def __init__(self, app: Flask, browser: Client) -> None:
        self.client = FlaskClient(app, app.response_class, use_cookies=False)
        self.token = browser.csrf("/account").encode()
        self.cookies = {"Cookie": browser.cookie_header()}
        self.broken: list[str] = []

    def get(self, address: Address, value: bytes) -> None:
        headers = {**self.cookies, **(HTMX if address.is_part else {})}
        self._ask(address, value, f"{address.path}?{_form(dict.fromkeys(ARGUMENTS, value))}", headers=headers)

    def post(self, address: Address, value: bytes, fields: dict[str, bytes]) -> None:
        data = _form({"csrf_token": self.token, **fields})
        self._ask(address, value, address.path, data=data, headers={**self.cookies, "Content-Type": FORM})

    def _ask(self, address: Address, value: bytes, path: str, **more: object) -> None:
        status = self.client.open(path, method=address.method, **more).status_code  # type: ignore[arg-type]
        if status >= 500 and address.rule.endpoint != "health.ready":
            self.broken.append(f"{address.name} {value[:40]!r}: {status}")


def _form(fields: dict[str, bytes]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items())


@pytest.fixture
def attacker(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> Attacker:
    """Margaret, far in the east: there a year ends before it does anywhere else."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Account).where(Account.id == cast.margaret.id).values(time_zone=FARTHEST_EAST))
    return Attacker(app, browser_of("margaret"))


@pytest.fixture
def everything(app: Flask, cast: Cast) -> list[Address]:
    return [one for one in addresses(app, furnish(app, cast)) if one.path not in {"/logout", "/readyz"}]


def test_no_argument_of_any_address_makes_an_error(attacker: Attacker, everything: Iterable[Address]) -> None:
    for address, value in product([one for one in everything if one.is_safe], STRANGE):
        attacker.get(address, value)
    assert not attacker.broken, "\n".join(attacker.broken)


def test_no_field_of_any_form_makes_an_error(attacker: Attacker, everything: Iterable[Address]) -> None:
    for address, value in product([one for one in everything if not one.is_safe], STRANGE):
        attacker.post(address, value, dict.fromkeys(FIELDS, value))
    assert not attacker.broken, "\n".join(attacker.broken)


def test_no_field_of_a_notification_that_is_good_but_for_it_makes_an_error(
    attacker: Attacker, everything: Iterable[Address], cast: Cast
) -> None:
    """As it is looked at, and as it is sent."""
    by_path = {one.path: one for one in everything if not one.is_safe}
    good = {
        "title": b"A",
        "body": b"B",
        "category": b"announcement",
        "include": f"school:{cast.northfield.id}".encode(),
    }
    ids = {name: str(new_id()).encode() for name in ("draft", "draft_page")}
    for field, value in product(WRITTEN, (SPOILT[0], SPOILT[2], NUMBERS[0], MOMENTS[3])):
        sent = {**good, **ids, "draft_step": b"1", "confirmed": b"1", field: value}
        attacker.post(by_path["/notifications/new"], value, sent)
    to_her = {**good, "include": f"person:{cast.margaret.id}".encode()}
    previews = [one for one in everything if one.path.startswith("/notifications/preview/")]
    for address, value in product([by_path["/notifications/new"], *previews], MOMENTS):
        attacker.post(address, value, {**to_her, "expires_at": value})
    assert not attacker.broken, "\n".join(attacker.broken)


def test_no_header_makes_an_error(attacker: Attacker) -> None:
    names = ("User-Agent", "Accept-Language", "HX-Current-URL", "Referer", "Idempotency-Key", "Range", "Content-Type")
    for name, value in product(names, (*SPOILT, *NUMBERS)):
        text = value.replace(b"\0", b"\x01").decode("latin-1")
        headers = {**attacker.cookies, "X-CSRFToken": attacker.token.decode(), name: text}
        for method, path in (("GET", "/account/sessions"), ("POST", "/notifications/new")):
            status = attacker.client.open(path, method=method, headers=headers).status_code
            assert status < 500, (method, path, name, value, status)


def test_the_key_and_the_draft_of_another_office_open_nothing_and_stay_as_they_are(
    app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    """Hugo of Hillside knows both by heart, and the ids of Northfield's rows; what he sends is his own."""
    margaret, hugo, key = browser_of("margaret"), browser_of("hugo"), str(new_id())
    marks = {"draft": key, "draft_page": str(new_id()), "draft_step": "1", "draft_seen": "", "idempotency_key": key}
    hers = {
        **marks,
        "title": "Ours",
        "body": "Words",
        "category": "reminder",
        "include": f"school:{cast.northfield.id}",
    }
    kept = margaret.post("/notifications/drafts", data={**hers, "csrf_token": margaret.csrf()}, headers=HTMX)
    assert kept.status_code == 200
    his = {**hers, "title": "\u202eTheirs\u2066", "confirmed": "1", "csrf_token": hugo.csrf("/account")}
    assert hugo.post("/notifications/new", data=his).status_code == 422, "not his school"
    stolen = {"sender_id": str(cast.margaret.id), "school_id": str(cast.northfield.id), "status": "withdrawn"}
    sent = hugo.post("/notifications/new", data={**his, **stolen, "include": f"school:{cast.hillside.id}"})
    assert sent.status_code == 303
    again = margaret.post("/notifications/new", data={**hers, "confirmed": "1", "csrf_token": margaret.csrf()})
    assert again.status_code == 303
    with app.app_context():
        rows = {row.title: row for row in db.session.scalars(select(Notification))}
        assert {title: (row.sender_id, row.school_id) for title, row in rows.items()} == {
            "Ours": (cast.margaret.id, cast.northfield.id),
            "Theirs": (cast.hugo.id, cast.hillside.id),
        }
        assert {row.account_id for row in db.session.scalars(select(SavedDraft))} <= {cast.hugo.id}
