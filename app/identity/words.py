"""What identity's values are called on a page."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.identity.devices import words
from app.identity.kinds import Ending, EndReason
from app.identity.models import UserSession


@dataclass(frozen=True)
class EndedView:
    """A session that is over, for the page that says so."""

    reason: str
    at: datetime
    device_words: str
    place_words: str


@dataclass(frozen=True)
class SessionView:
    """A line of "My devices"."""

    device_words: str
    ip_address: str | None
    created_at: datetime
    last_active: datetime
    terminated_at: datetime | None
    reason_words: str


def ended_view(ending: Ending) -> EndedView:
    device = words(ending.successor_user_agent or "")
    return EndedView(ending.reason.value, ending.at, device, ending.successor_place or "")


def session_view(session: UserSession) -> SessionView:
    return SessionView(
        words(session.user_agent),
        session.ip_address,
        session.created_at,
        session.last_active,
        session.terminated_at,
        reason_words(session.termination_reason) if session.termination_reason else "",
    )


def reason_words(reason: EndReason) -> str:
    """How a session ended, in a few words."""
    return str(
        {
            EndReason.NEW_LOGIN: _("Signed in elsewhere"),
            EndReason.LOGOUT: _("Signed out"),
            EndReason.TIMEOUT: _("Not used for a while"),
            EndReason.MANUAL: _("Ended by you"),
            EndReason.ADMIN: _("Ended by the school"),
            EndReason.PASSWORD_CHANGE: _("New password"),
            EndReason.DISABLED: _("Account switched off"),
            EndReason.ROSTER: _("Left the school"),
            EndReason.REPORTED: _("Reported as somebody else"),
            EndReason.PROVIDER_LOGOUT: _("Signed out at the provider"),
            EndReason.RESTORE: _("Ended when data was restored"),
        }[reason]
    )
