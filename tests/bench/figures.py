"""What a benchmark found, as a table for people and a line of JSON for machines."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value, at most ``goal`` if there is one. ``peer`` says what it is held against."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    peer: str = ""

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.value <= self.goal


def show(figures: Iterable[Figure]) -> None:
    """Print the table, then one JSON line a figure."""
    found = list(figures)
    rows = [("figure", "value", "unit", "goal", "", "held against")]
    rows += [(each.name, f"{each.value:,.2f}", each.unit, _goal(each), _mark(each), each.peer) for each in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    for each in found:
        print(json.dumps(asdict(each)), flush=True)


def _goal(figure: Figure) -> str:
    return "" if figure.goal is None else f"<= {figure.goal:,.2f}"


def _mark(figure: Figure) -> str:
    return "" if figure.goal is None else "met" if figure.is_met else "NOT MET"
