"""The reads that run all day are served by an index, however many letters there are."""

from typing import Any, cast

from sqlalchemy import ClauseElement, CursorResult, Executable, Select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.mailer import queries


class Explained(Executable, ClauseElement):
    """A query with its parameters bound as they really are: a partial index serves none that needs one to be chosen."""

    inherit_cache = False

    def __init__(self, query: "Select[Any]") -> None:
        self.query = query


@compiles(Explained)
def explain(element: Explained, compiler: Any, **options: Any) -> str:
    words = "EXPLAIN QUERY PLAN " if compiler.dialect.name == "sqlite" else "EXPLAIN "
    return words + str(compiler.process(element.query, **options))


def plan(session: Session, query: "Select[Any]") -> str:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))  # a scan of an empty table is always cheaper
    result = cast("CursorResult[Any]", session.execute(Explained(query)))
    return "\n".join(str(row) for row in result.cursor.fetchall())  # the query's own types do not fit its plan


def test_an_index_finds_the_next_letter_without_sorting(session: Session) -> None:
    found = plan(session, queries.next_due(Lane.MAIL, now()))
    assert "ix_letters_due" in found
    assert "Sort" not in found
    assert "TEMP B-TREE" not in found


def test_an_index_says_whether_anything_is_due(session: Session) -> None:
    assert "ix_letters_due" in plan(session, queries.due(Lane.MAIL, now()))


def test_an_index_finds_the_lapsed(session: Session) -> None:
    assert "ix_letters_leased" in plan(session, queries.lapsed(now(), 500))
