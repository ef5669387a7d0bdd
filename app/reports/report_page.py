"""What a report shows of a notification as a whole. Words are made when a template asks for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_percent, to_user_timezone
from flask_babel import gettext as _

from app.catalogue.kinds import Channel
from app.catalogue.words import CHANNELS
from app.notifications.kinds import Fate
from app.notifications.rules import GOT_THROUGH, ORDER
from app.notifications.words import FATES
from app.reports import drawing
from app.reports.kinds import Show
from app.reports.people_page import ICONS, PersonView, person_views
from app.reports.report import Report
from app.reports.rules import percent, tone
from app.reports.words import LINES, SHOWS
from app.web import formats

TALL = 64
BEST_FIRST = (
    Fate.DELIVERED,
    Fate.SENT,
    Fate.SENDING,
    Fate.PENDING,
    Fate.FAILED,
    Fate.BOUNCED,
    Fate.EXPIRED,
    Fate.SUPPRESSED,
)


@dataclass(frozen=True)
class Stage:
    """A number on the way from recipients to readers, and the hill under it, which runs down to the next one."""

    words: str
    count: int
    share: str
    path: str


@dataclass(frozen=True)
class Part:
    """Some deliveries of a channel in one state, and their piece of its bar; what was never to go out has none."""

    tone: str
    words: str
    count: int
    x: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class ChannelView:
    icon: str
    words: str
    done: int
    of: int
    parts: Sequence[Part]


@dataclass(frozen=True)
class CurveView:
    drawing: drawing.Drawing
    moments: Sequence[tuple[float, str]]
    lines: Sequence[tuple[str, str, int]]
    rows: Sequence[tuple[str, Sequence[int]]]
    is_cut: bool


@dataclass(frozen=True)
class ReportView:
    """A report in words. They are made when a template asks for them, in the language of whoever it is rendered for."""

    report: Report

    @property
    def stages(self) -> list[Stage]:
        """Recipients, reached, read and, where it was asked for, confirmed."""
        people = self.report.people
        counted = [(_("Recipients"), people.total), (_("Reached"), people.reached), (_("Read"), people.read)]
        if self.report.notification.requires_acknowledgement:
            counted.append((_("Confirmed"), people.acknowledged))
        hills = [_hill(count, people.total) for _words, count in counted]
        slopes = zip(hills, [*hills[1:], hills[-1]], strict=True)
        return [
            Stage(words, count, _share(count, people.total) if number else "", _path(*slope))
            for number, ((words, count), slope) in enumerate(zip(counted, slopes, strict=True))
        ]

    @property
    def channels(self) -> list[ChannelView]:
        """Each channel with its states, the best first."""
        counted = self.report.deliveries
        return [_channel(channel, counted[channel]) for channel in ORDER if channel in counted]

    @property
    def curve(self) -> CurveView:
        curve, began_at = self.report.curve, self.report.notification.created_at
        words = _clock(began_at, curve.moments[-1])
        labelled = [began_at, curve.moments[(len(curve.moments) - 1) // 2], curve.moments[-1]]
        return CurveView(
            drawing.drawn(curve, began_at),
            [(drawing.place_of(moment, curve, began_at), words(moment)) for moment in dict.fromkeys(labelled)],
            [(line.value, str(LINES[line]), counts[-1]) for line, counts in curve.lines.items()],
            [
                (words(moment), [counts[number] for counts in curve.lines.values()])
                for number, moment in enumerate(curve.moments)
            ],
            curve.is_cut,
        )

    @property
    def missed(self) -> list[PersonView]:
        return person_views(self.report.missed, self.report.notification.category)

    @property
    def tabs(self) -> list[tuple[Show, str, int]]:
        """Which people can be looked at, and how many there are."""
        people, asks = self.report.people, self.report.notification.requires_acknowledgement
        counts = {
            Show.ALL: people.total,
            Show.MISSED: people.missed,
            Show.WAITING: people.waiting,
            Show.FAILED: self.report.failed,
            Show.UNREAD: people.total - people.read,
            Show.UNCONFIRMED: people.total - people.acknowledged,
        }
        return [(show, str(SHOWS[show]), counts[show]) for show in Show if asks or show is not Show.UNCONFIRMED]


def _clock(began_at: datetime, until: datetime) -> Callable[[datetime], str]:
    """How moments of a curve are told apart: by the time where it is of one day, else with the day."""
    is_one_day = to_user_timezone(began_at).date() == to_user_timezone(until).date()
    return formats.time if is_one_day else formats.brief


def _channel(channel: Channel, counted: Mapping[Fate, int]) -> ChannelView:
    of = sum(count for fate, count in counted.items() if fate is not Fate.SUPPRESSED)
    parts, x = [], 0.0
    for fate in (fate for fate in BEST_FIRST if counted.get(fate)):
        width = 0.0 if fate is Fate.SUPPRESSED else round(100 * counted[fate] / of, 2)
        parts.append(Part(tone(channel, fate), str(FATES[fate]), counted[fate], round(x, 2), width))
        x += width
    done = sum(counted.get(fate, 0) for fate in GOT_THROUGH[channel])
    return ChannelView(ICONS[channel], str(CHANNELS[channel]), done, of, parts)


def _share(count: int, total: int) -> str:
    """Rounded down, so that 100 % is everybody."""
    return str(format_percent(percent(count, total) / 100)) if total else ""


def _hill(count: int, total: int) -> float:
    return round(TALL - (TALL - 4) * count / total, 1) if total else TALL


def _path(here: float, after: float) -> str:
    return f"M0 {here:g}C50 {here:g} 50 {after:g} 100 {after:g}V{TALL}H0Z"
