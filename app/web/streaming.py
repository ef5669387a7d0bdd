"""Answers that are made while they leave, a piece at a time."""

from collections.abc import Generator
from contextvars import Context, copy_context


def streamed(pieces: Generator[str]) -> Generator[str]:
    """``pieces`` made in the context of this request, of which nothing is left behind between two of them.

    Flask's own ``stream_with_context`` pushes the context for the first piece and pops it after the last. Until then
    it is that of whatever the thread does meanwhile, and a download that is broken off pops it too late. In a copy of
    the context nothing has to be pushed or popped.
    """
    return _one_by_one(pieces, copy_context())  # now: when the first is asked for, the request is over


def _one_by_one(pieces: Generator[str], context: Context) -> Generator[str]:
    try:
        while (piece := context.run(next, pieces, None)) is not None:
            yield piece
    finally:
        context.run(pieces.close)
