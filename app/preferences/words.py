"""What the values of preferences are called on a page."""

from flask_babel import lazy_gettext as _l

from app.catalogue.kinds import Category
from app.preferences.kinds import Reason

OBSTACLES = {
    Reason.NO_ADDRESS: _l("no address on file"),
    Reason.ADDRESS_DEAD: _l("the address is dead: mail to it came back"),
    Reason.COMPLAINED: _l("a mail was reported as spam at this address"),
}
CATEGORIES = {
    Category.EMERGENCY: (
        _l("Emergencies"),
        _l("They always reach you on every channel and cannot be switched off."),
    ),
    Category.ANNOUNCEMENT: (
        _l("Announcements"),
        _l("News from school: closures, events, letters home. They are always in your inbox."),
    ),
    Category.REMINDER: (
        _l("Reminders"),
        _l("Small things in time: a form to sign, a trip. Switched off, they wait in your archive and do not ring."),
    ),
    Category.SYSTEM: (
        _l("Your account"),
        _l("Sign-ins, and changes of what you can do. They always come."),
    ),
}
"""In the order in which they are shown: the name, and what it means."""
