"""How a pattern stands in a row, and is read from it."""

from datetime import date
from typing import Any

from app.notifications.recurring.kinds import Pattern, Span
from app.notifications.recurring.models import Recurrence
from app.notifications.recurring.rules import ended, pattern_of, text_of


def columns_of(pattern: Pattern) -> dict[str, Any]:
    """The columns of a row that come from its pattern."""
    whole = ended(pattern)
    return {
        "rule": text_of(whole),
        "time_zone": whole.zone,
        "minute": whole.minute,
        "starts_on": whole.starts_on,
        "skipped": {"spans": [[span.first.isoformat(), span.last.isoformat()] for span in whole.skipped]},
    }


def pattern_in(recurrence: Recurrence) -> Pattern:
    """The pattern that the row keeps."""
    spans = [Span(*map(date.fromisoformat, span)) for span in recurrence.skipped.get("spans", ())]
    return pattern_of(recurrence.rule, recurrence.time_zone, recurrence.starts_on, recurrence.minute, spans)
