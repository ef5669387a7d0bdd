"""Which ready texts are open to who is asking."""

from app.kernel.clock import now
from app.kernel.ids import parse_id
from app.library import queries
from app.library.kinds import Ready, Shelf
from app.library.words import built_in, own, ready_to_use
from app.roster.access import current_hat


def current_shelf() -> Shelf:
    """The texts of the school whose hat is worn."""
    hat = current_hat()
    return Shelf(hat.district_id, hat.school_id)


def offered() -> list[Ready]:
    """All that one may start from here: those for emergencies first."""
    return [*built_in(), *(own(text) for text in queries.texts_for(current_shelf()))]


def find_ready(key: str) -> Ready | None:
    """The text of this key with all put in that is known now; None when there is none here."""
    ready = next((text for text in built_in() if text.key == key), None)
    if ready is None:
        id_ = parse_id(key)
        found = queries.find(id_, current_shelf()) if id_ else None
        ready = own(found) if found else None
    return ready_to_use(ready, current_hat(), now()) if ready else None
