"""What somebody typed outlives the sign-in under which they typed it.

A form of theirs that is refused because their session is over, or is another by now, comes back with its words sealed:
no script is needed, nothing is written on the word of a session that has ended, and nobody but the same account can
have them opened, for a day.
"""

from datetime import timedelta
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.drafts.kinds import Author, Place
from app.drafts.rules import is_blank, is_too_large
from app.drafts.writing import Writing, fields_of, keep, marks_of
from app.identity import queries as identity
from app.identity.guard import find_person
from app.kernel.ids import new_id, parse_id
from app.kernel.sealing import seal, unseal
from app.roster import queries as roster
from app.roster.rules import ADMINS
from app.web.keeping import Kept

PURPOSE = "typed words"
WITHIN = timedelta(hours=24)


def keep_posted(form: "MultiDict[str, str]", place: str, binding: str) -> Kept | None:
    """The words of a refused form, for the person whose page it was: ``binding`` is the session it was made for."""
    fields, session_id = fields_of(form), parse_id(binding)
    if session_id is None or is_too_large(fields) or is_blank(fields):
        return None
    owner = _owner(session_id)
    if owner is None:
        return None
    account_id, membership_id = owner
    typed = [[name, value] for name, value in form.items(multi=True) if name != "csrf_token"]
    words = {"account": str(account_id), "membership": str(membership_id), "place": place, "typed": typed}
    return Kept(account_id, seal(words, PURPOSE))


def come_home(account_id: UUID, text: str) -> str | None:
    """Where somebody goes who has just signed in with words that were kept for them; None without any."""
    writing = take_up(account_id, text)
    return url_for("notifications.new", draft=writing.draft, kept=1) if writing else None


def _owner(session_id: UUID) -> tuple[UUID, UUID | None] | None:
    """Whose session it is or was, and the hat worn in it; asked of the database only for a session that is over."""
    person = find_person()
    if person and person.session_id == session_id:
        return person.account_id, person.membership_id
    return identity.find_owner(session_id)


def take_up(account_id: UUID, text: str) -> Writing | None:
    """Make a draft of sealed words; None unless they are this person's, and they may still write there."""
    opened = unseal(text, PURPOSE, WITHIN) if text else None
    if opened is None or opened["account"] != str(account_id):
        return None
    offices = {hat.membership_id: hat for hat in roster.hats_of(account_id) if hat.role in ADMINS}
    hat = offices.get(parse_id(opened["membership"]) or account_id) or next(iter(offices.values()), None)
    if hat is None:
        return None
    form = MultiDict([(name, value) for name, value in opened["typed"]])
    if marks_of(form) is None:  # the form of a template: its words go on as a draft, which can be saved as one again
        form["draft"], form["draft_page"], form["draft_step"] = str(new_id()), str(new_id()), "1"
    writing = keep(Place(opened["place"]), form, Author(account_id, hat.district_id, hat.school_id))
    return writing if writing.seen and writing.is_kept else None
