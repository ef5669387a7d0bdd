"""Which channels a category earns."""

from app.catalogue.kinds import Category, Channel, Priority

GRANTED = {
    Category.EMERGENCY: frozenset({Channel.WEBSOCKET, Channel.IN_APP, Channel.EMAIL}),
    Category.ANNOUNCEMENT: frozenset({Channel.IN_APP, Channel.EMAIL}),
    Category.REMINDER: frozenset({Channel.IN_APP}),
    Category.SYSTEM: frozenset({Channel.IN_APP}),
}


def granted(category: Category) -> frozenset[Channel]:
    """The channels that a notification of this category goes out on."""
    return GRANTED[category]


def is_consistent(category: Category, priority: Priority) -> bool:
    """Category emergency and priority emergency go together, or a report would call a calm notice an alarm."""
    return (category is Category.EMERGENCY) == (priority is Priority.EMERGENCY)
