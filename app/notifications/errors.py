"""What notifications refuse."""

from collections.abc import Sequence

from app.notifications.kinds import Change, Problem, Status


class DraftRefusedError(Exception):
    """The draft cannot leave as it is; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)


class IdempotencyConflictError(Exception):
    """The key was used before, for something else: to send either would be wrong."""


class AudienceMovedError(Exception):
    """It would reach others than those who were shown."""

    def __init__(self, change: Change) -> None:
        super().__init__(f"{change.before} were shown, {change.after} would get it")
        self.change = change


class NotAllowedError(Exception):
    """Whoever wears this hat may not compose."""


class LeaseLostError(Exception):
    """Another worker has taken the fan-out over: whoever held it was away for too long."""


class AlreadyDecidedError(Exception):
    """It is not scheduled any more: it has left, or was called off or missed."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.value)
        self.status = status


class ChangedMeanwhileError(Exception):
    """Somebody else changed it since it was opened: to write over it would lose what they did."""
