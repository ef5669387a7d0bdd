"""What a database means to do for a statement: which tables it would read from end to end."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from tests.support.statements import Statement


def read_whole(connection: Connection, statement: Statement, partial: set[str]) -> list[str]:
    """The tables, or whole indexes, that it would go through from end to end. Those ``partial`` are small by nature."""
    sql, parameters = statement
    if connection.dialect.name == "postgresql":
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters).scalar_one()
        tree = plan if isinstance(plan, list) else json.loads(plan)
        return list(_walked(tree[0]["Plan"], partial))
    steps = [step.detail.split() for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    # A subquery's own steps are among them, so going through what it found reads nothing more.
    subqueries = {step[1] for step in steps if step[0] in {"CO-ROUTINE", "MATERIALIZE"}}
    return [step[1] for step in steps if _is_whole(step, partial) and step[1] not in subqueries]


def partial_indexes(connection: Connection) -> set[str]:
    """Indexes of few rows only: what is due, what is unread, what is active."""
    if connection.dialect.name == "postgresql":
        query = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    return set(connection.exec_driver_sql(query).scalars())


def _walked(node: dict[str, Any], partial: set[str]) -> Iterator[str]:
    kind = node["Node Type"]
    if kind == "Seq Scan":
        yield node["Relation Name"]
    if "Index Name" in node and "Index Cond" not in node and node["Index Name"] not in partial:
        yield f"all of {node['Index Name']}"
    for child in node.get("Plans", ()):
        yield from _walked(child, partial)


def _is_whole(words: list[str], partial: set[str]) -> bool:
    if words[0] != "SCAN" or words[1:] == ["CONSTANT", "ROW"]:
        return False
    # FTS5 answers MATCH from its index: M and a column, as in "VIRTUAL TABLE INDEX 0:M2".
    is_matched = words[2:4] == ["VIRTUAL", "TABLE"] and ":M" in words[-1]
    return not is_matched and not (words[-1] in partial and "INDEX" in words)
