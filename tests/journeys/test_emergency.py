"""The story that everything else is built on: an emergency goes out, and only to those it is for."""

import time
from collections.abc import Callable

import pytest

from tests.journeys.acts import GAS_LEAK, ledger, raise_alarm
from tests.support.cast import Cast
from tests.support.pages import HTMX, Person
from tests.support.patience import eventually
from tests.support.screens import RefusedError, Screen
from tests.support.site import Site
from tests.support.smtp import Sink

pytestmark = pytest.mark.alone


def cursor_of(person: Person) -> str:
    """Where the page that was just rendered stands."""
    person.get("/inbox")
    return person.page.all_with("data-cursor")[0]


def unread(person: Person) -> str:
    person.get("/inbox")
    return person.page.text_of("inbox-badge")


def test_an_emergency_reaches_the_guardians_and_nobody_else(
    site: Site, cast: Cast, sink: Sink, join: Callable[..., Screen]
) -> None:
    margaret, priya, olu = site.visitor("margaret"), site.visitor("priya", 1), site.visitor("olu")
    at_priyas = join(priya, cursor=cursor_of(priya))
    at_olus, olus_cursor = join(olu, cursor=cursor_of(olu)), cursor_of(olu)

    began = time.monotonic()
    notification = raise_alarm(margaret, cast)
    at_priyas.wait_for(GAS_LEAK)
    took = at_priyas.arrived_at(GAS_LEAK) - began
    assert f"alert-{notification}" in at_priyas.wait_for("alert-")
    assert unread(priya) == "1"
    assert notification in priya.page.all_with("data-notification")

    [letter] = sink.wait_for(1, to="priya@belfry.example")
    for kind in ("plain", "html"):
        for words in ("Mina", "Yusuf", "Noor", "Mill Lane gate"):
            assert words in letter.text(kind)
    assert GAS_LEAK in letter.subject

    at_priyas.send(receipts=[notification])
    expected = {"websocket": "delivered", "in_app": "delivered", "email": "sent"}
    eventually(lambda: ledger(site.settings, cast.priya.id) == expected, 10, "her three fates")

    assert unread(olu) in {"", "0"}
    assert GAS_LEAK not in "".join(at_olus.texts)
    assert olu.get(f"/inbox/{notification}").status_code == 404
    assert GAS_LEAK not in olu.get(f"/live/since?cursor={olus_cursor}", headers=HTMX).text
    assert sink.to("olu@belfry.example") == []
    assert ledger(site.settings, cast.olu.id) == {}
    assert ledger(site.settings, cast.ned.id) == {}
    assert took < 5, f"the alert took {took:.2f} s, from the opening of the composer on"


def test_a_sign_in_on_the_phone_signs_the_first_browser_out_with_the_reason(
    site: Site, join: Callable[..., Screen]
) -> None:
    at_home = site.visitor("priya")
    screen, cursor = join(at_home, cursor=cursor_of(at_home)), cursor_of(at_home)
    site.visitor("priya", 1)
    fragment = screen.wait_for("signed-out", within=2.0)
    assert "signed-out" in fragment
    assert screen.close_code(within=2.0) == 4001
    assert at_home.get("/inbox").status_code == 401
    assert "Sign in" in at_home.page.text_of("signed-out") or at_home.page.form("/login") is not None
    polled = at_home.get(f"/live/since?cursor={cursor}", headers=HTMX)
    assert (polled.status_code, "signed-out" in polled.text) == (401, True)
    with pytest.raises(RefusedError) as refused:
        join(at_home)
    assert refused.value.status == 401


def test_who_was_away_is_told_when_they_come_back(site: Site, cast: Cast, join: Callable[..., Screen]) -> None:
    priya = site.visitor("priya")
    cursor = cursor_of(priya)
    raise_alarm(site.visitor("margaret"), cast)
    eventually(lambda: "in_app" in ledger(site.settings, cast.priya.id), 10, "the fan-out")
    assert join(priya, cursor=cursor).wait_for(GAS_LEAK)
    assert GAS_LEAK in priya.get(f"/live/since?cursor={cursor}", headers=HTMX).text
