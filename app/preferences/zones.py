"""Time zones by their IANA names: those that are offered, and the one that somebody meant."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

UTC = "UTC"
LONGEST = 64


@cache
def offered() -> tuple[str, ...]:
    """One for each place that has rules of its own, without the aliases of earlier times."""
    lines = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines()
    return (UTC, *sorted(line.split("\t")[2] for line in lines if line and not line.startswith("#")))


def find(text: str) -> str | None:
    """The zone that somebody typed, by its name or its city alone, in capitals or not; None for none.

    A name that only an older list has is still right: it came with an account.
    """
    name = "_".join(text.split())
    return _known().get(name.casefold()) or (name if _is_zone(name) else None)


@cache
def _known() -> dict[str, str]:
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(offered())}
    return cities | {zone.casefold(): zone for zone in offered()}


def _is_zone(name: str) -> bool:
    try:
        return len(name) <= LONGEST and ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):  # no such name, one that leads out of the list, or a folder of it
        return False
