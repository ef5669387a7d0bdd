"""What the page of preferences shows of the rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.catalogue.kinds import Category, Channel
from app.catalogue.rules import granted
from app.catalogue.words import CHANNELS
from app.preferences.kinds import WISHES, Reason, Said
from app.preferences.rules import decide, may_be_switched_off
from app.preferences.words import CATEGORIES, OBSTACLES

Choice = tuple[Category, Channel]


@dataclass(frozen=True)
class Cell:
    """One channel of a category. ``value`` is empty where there is nothing to choose; ``obstacle`` says what lacks."""

    words: str
    value: str
    is_on: bool
    obstacle: str
    unsubscribed_at: datetime | None


@dataclass(frozen=True)
class Line:
    """One category, with a cell for each channel of the grid: None where it never goes out."""

    category: str
    words: str
    about: str
    cells: list[Cell | None]


def grid(said: Mapping[Choice, Said], chosen: Collection[str] | None, missing: Reason | None) -> list[Line]:
    """All categories by all channels that any goes out on; ``chosen`` is what a form holds that was not saved.

    ``missing`` is what is wrong with their address.
    """
    channels = [channel for channel in CHANNELS if any(channel in granted(category) for category in CATEGORIES)]
    return [
        Line(
            category.value,
            str(words),
            str(about),
            [
                _cell(category, channel, said, chosen, missing) if channel in granted(category) else None
                for channel in channels
            ],
        )
        for category, (words, about) in CATEGORIES.items()
    ]


def value_of(category: Category, channel: Channel) -> str:
    """How a form names a choice."""
    return f"{category}.{channel}"


def _cell(
    category: Category,
    channel: Channel,
    said: Mapping[Choice, Said],
    chosen: Collection[str] | None,
    missing: Reason | None,
) -> Cell:
    last = said.get((category, channel))
    facts = {WISHES[last.how]} if last and not last.is_wanted else set()
    reason = decide(category, channel, {*facts, missing} if missing else facts)
    value = value_of(category, channel) if may_be_switched_off(category, channel) else ""
    return Cell(
        str(CHANNELS[channel]),
        value,
        value in chosen if chosen is not None else reason not in WISHES.values(),
        str(OBSTACLES[reason]) if reason in OBSTACLES else "",
        last.changed_at if last and reason is Reason.UNSUBSCRIBED else None,
    )
