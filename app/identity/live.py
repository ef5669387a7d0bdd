"""What an open page learns of its session, that it is over and why; and of its reader, who reads otherwise now."""

from collections.abc import Sequence
from uuid import UUID

from app.extensions import db
from app.identity import queries
from app.identity.accounts import READER_CHANGED
from app.identity.kinds import EndReason
from app.identity.words import ended_view
from app.kernel.clock import now
from app.kernel.tally import Counted, observe
from app.realtime.kinds import Frame, Happening, Viewer
from app.web.rendering import render_for

SESSION_ENDED = "session.ended"


class SignedOut:
    """Tells each page of an ended session, on whatever process it hangs."""

    kinds = frozenset({SESSION_ENDED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        positions = {happening.subject_id: happening.position for happening in happenings}
        concerned = {viewer.session_id: viewer for viewer in viewers if viewer.session_id in positions}
        return {
            session_id: [Frame(positions[session_id], html, ends_session=True)]
            for session_id, html in signed_out(concerned).items()
        }


class Readers:
    """Has the pages of somebody who chose another language or zone load anew, and whatever comes to them speak it."""

    kinds = frozenset({READER_CHANGED})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        positions = {happening.account_id: happening.position for happening in happenings}
        concerned = [viewer for viewer in viewers if viewer.account_id in positions]
        chosen = queries.readers({viewer.account_id for viewer in concerned})
        db.session.remove()
        return {
            viewer.session_id: [Frame(positions[viewer.account_id], "", reading=chosen[viewer.account_id])]
            for viewer in concerned
            if viewer.account_id in chosen
        }


def signed_out(viewers: dict[UUID, Viewer]) -> dict[UUID, str]:
    """The fragment that says so, for those of the sessions that may not be used any more."""
    if not viewers:
        return {}
    moment = now()
    endings = [(viewers[ending.session_id], ending) for ending in queries.ended_among(list(viewers), moment)]
    db.session.remove()
    for _viewer, ending in endings:
        if ending.reason is not EndReason.TIMEOUT:  # nobody waits for that, and it is written down when somebody asks
            observe(Counted.REVOCATION_SECONDS, max(0.0, (moment - ending.at).total_seconds()))
    return {
        viewer.session_id: render_for(viewer, "identity/live/signed_out.html", ended=ended_view(ending))
        for viewer, ending in endings
    }
