"""How kinds and channels are called, one of each, wherever they are spoken of."""

from flask_babel import lazy_gettext as _l

from app.catalogue.kinds import Category, Channel

CATEGORIES = {
    Category.EMERGENCY: _l("Emergency"),
    Category.ANNOUNCEMENT: _l("Announcement"),
    Category.REMINDER: _l("Reminder"),
    Category.SYSTEM: _l("System"),
}
CHANNELS = {
    Channel.IN_APP: _l("Inbox"),
    Channel.WEBSOCKET: _l("Alert on open pages"),
    Channel.EMAIL: _l("Email"),
    Channel.PUSH: _l("Push"),
}
