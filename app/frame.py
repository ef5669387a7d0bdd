"""What stands around every page of a signed-in person: badge, alerts, places, hats."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import pgettext

from app.admin.alarm import alarm_of_page
from app.identity.guard import current_person
from app.inbox.frame import frame_of
from app.kernel.sealing import seal_link
from app.live.page import cursor_of_page
from app.roster.access import current_hats, find_hat, is_admin
from app.roster.words import hat_view


@dataclass(frozen=True)
class Place:
    """A word in the rail and, but for those that are ``apart``, in the bar of a phone, which has room for four."""

    endpoint: str
    icon: str
    words: str
    current: bool
    apart: bool = False


def places() -> list[Place]:
    here = request.endpoint or ""
    inbox = Place("inbox.index", "inbox", _("Inbox"), here.startswith("inbox."))
    is_me = here == "identity.devices" or here.startswith("preferences.")
    me = Place("preferences.me", "circle-user-round", _("Me"), is_me)
    if not is_admin():
        return [inbox, me]
    compose = Place(
        "notifications.new", "square-pen", _("Compose"), here.startswith(("notifications.", "drafts.", "library."))
    )
    home = Place("admin.home", "house", _("Home"), here.startswith(("admin.", "school_settings.")))
    sent = Place("reports.index", "send", pgettext("place", "Sent"), here.startswith("reports."), apart=True)
    return [home, inbox, compose, sent, me]


def person_key() -> str:
    """By what a tab knows whose words it holds; it tells the next one who sits there nothing about them."""
    return seal_link(current_person().account_id.bytes, "whose words")


def frame() -> dict[str, Any]:
    """The values that ``layouts/page.html`` needs."""
    hat = find_hat()
    return {
        "person": current_person(),
        "person_key": person_key(),
        "hat": hat_view(hat) if hat else None,
        "hats": [hat_view(other) for other in current_hats()],
        "places": places(),
        "live_cursor": cursor_of_page(),
        "alarm": alarm_of_page(),
        **frame_of(current_person()),
    }
