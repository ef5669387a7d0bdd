"""A curve as shapes: where its points, its grid and its words stand. Numbers only, so that a template can draw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from app.reports.kinds import Curve, Line

WIDTH, HEIGHT = 440, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 432, 12, 190
MOST_TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A word beside the grid: a count at a height, or a moment at a distance."""

    at: float
    value: int


@dataclass(frozen=True)
class Drawing:
    """``paths`` and ``ends`` (the last point of each) by line; ``under`` is the surface below the readers."""

    ticks: Sequence[Tick]
    paths: dict[Line, str]
    ends: dict[Line, tuple[float, float]]
    under: str


def drawn(curve: Curve, began_at: datetime) -> Drawing:
    scale = _scale(max((max(counts) for counts in curve.lines.values()), default=0))
    places = _places(curve.moments, began_at)
    points = {
        line: [(LEFT, BOTTOM), *zip(places, _heights(counts, scale[-1]), strict=True)]
        for line, counts in curve.lines.items()
    }
    read = _joined(points[Line.READ])
    return Drawing(
        [Tick(_height(value, scale[-1]), value) for value in scale],
        {line: f"M{_joined(each)}" for line, each in points.items()},
        {line: each[-1] for line, each in points.items()},
        f"M{read}V{BOTTOM}H{LEFT}Z",
    )


def place_of(moment: datetime, curve: Curve, began_at: datetime) -> float:
    """How far to the side a moment stands."""
    (place,) = _places([moment], began_at, curve.moments[-1])
    return place


def _places(moments: Sequence[datetime], began_at: datetime, until: datetime | None = None) -> list[float]:
    whole = ((until or moments[-1]) - began_at).total_seconds() or 1.0
    return [round(LEFT + (RIGHT - LEFT) * (moment - began_at).total_seconds() / whole, 1) for moment in moments]


def _scale(highest: int) -> list[int]:
    """Round numbers from 0 to above the highest, at most MOST_TICKS steps."""
    step = next(
        factor * 10**power for power in range(12) for factor in (1, 2, 5) if factor * 10**power * MOST_TICKS >= highest
    )
    return [step * number for number in range(max(1, ceil(highest / step)) + 1)]


def _heights(counts: Iterable[int], top: int) -> list[float]:
    return [_height(count, top) for count in counts]


def _height(count: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * count / top, 1)


def _joined(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in points)
