"""The map of consequences: what follows from what.

WITHIN reacts in the transaction of the event and writes the rows of what must happen. AFTER reacts once it is
committed, only rings bells or notes what may be lost.
"""

from app.identity.events import SessionEnded
from app.identity.live import SESSION_ENDED
from app.kernel.events import Reactions
from app.mailer import suppression
from app.mailer.events import LetterClaimed, LetterConcluded, LetterReported
from app.notifications import deliver, digests, reported
from app.preferences.events import TimesChosen
from app.realtime.record import record


def tell_open_pages(event: SessionEnded) -> None:
    """The pages of an ended session learn it through the cursor, whatever process they hang on."""
    record(SESSION_ENDED, event.session_id, district_id=event.district_id, account_id=event.account_id)


REACTIONS = Reactions(
    within={
        SessionEnded: [tell_open_pages],
        LetterClaimed: [deliver.mail_claimed],
        LetterConcluded: [suppression.letter_concluded, deliver.mail_concluded],
        LetterReported: [reported.mail_reported, reported.mail_complained_of],
        TimesChosen: [digests.retime],
    },
    after={},
)
