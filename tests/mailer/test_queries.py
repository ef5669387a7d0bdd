"""The reads that run all day are served by an index, however many letters there are."""

import re
from typing import Any, cast

from sqlalchemy import ClauseElement, CursorResult, Executable, Select, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.ids import new_id
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


def indexes_in(plan: str) -> set[str]:
    return set(re.findall(r"\b(?:ix|uq|pk|sqlite_autoindex)_\w+", plan))


def test_an_index_finds_the_next_letter_without_sorting(session: Session) -> None:
    found = plan(session, queries.next_due(Lane.MAIL, new_id(), now()))
    assert "ix_letters_flow" in found
    assert "Sort" not in found
    assert "TEMP B-TREE" not in found


def test_an_index_leads_from_each_flow_to_the_next_and_to_what_is_due_of_it(session: Session) -> None:
    found = plan(session, queries.waiting(Lane.MAIL, now()))
    assert indexes_in(found) == {"ix_letters_flow"}
    assert "Sort" not in found
    assert "TEMP B-TREE" not in found


def test_an_index_says_since_when_anything_is_due(session: Session) -> None:
    assert indexes_in(plan(session, select(queries.oldest_due(Lane.MAIL, now())))) == {"ix_letters_flow"}


def test_an_index_finds_the_lapsed(session: Session) -> None:
    assert "ix_letters_leased" in plan(session, queries.lapsed(now(), 500))
