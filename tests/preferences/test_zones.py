"""Time zones as people type them."""

import pytest

from app.preferences import zones


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/London", "Europe/London"),
        ("europe/london", "Europe/London"),
        ("London", "Europe/London"),
        ("  new york ", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("", None),
        ("Atlantis", None),
        ("../../etc/passwd", None),
        ("/etc/passwd", None),
        ("Europe", None),
        ("Europe/", None),
        ("a\x00b", None),
        ("é" * 10, None),
        ("x" * 5000, None),
    ],
)
def test_what_somebody_typed_is_a_zone_or_none(typed: str, meant: str | None) -> None:
    assert zones.find(typed) == meant


def test_every_zone_that_is_offered_is_found_by_its_name() -> None:
    assert len(zones.offered()) > 350
    assert [zone for zone in zones.offered() if zones.find(zone) != zone] == []
