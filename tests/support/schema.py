"""What a database's schema is, as text that can be compared: every column, key, check, index and function."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect, text

Schema = dict[str, set[str]]

POSTGRES = {
    "columns": """
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "functions": """
        SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'""",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def schema_of(connection: Connection) -> Schema:
    """Alembic compares columns; checks, predicates of indexes and functions it does not see, so they are read here."""
    if connection.dialect.name == "postgresql":
        found = {name: set(connection.execute(text(query)).scalars()) for name, query in POSTGRES.items()}
    else:
        found = _of_sqlite(connection)
    return {name: {line for line in lines if "alembic_version" not in line} for name, lines in found.items()}


def _of_sqlite(connection: Connection) -> Schema:
    indexes = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    triggers = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    return {
        "columns": set(_columns(connection)),
        "constraints": set(_constraints(connection)),
        "indexes": set(map(_squeezed, connection.execute(text(indexes)).scalars())),
        "triggers": set(map(_squeezed, connection.execute(text(triggers)).scalars())),
    }


def _columns(connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            is_null, default = column["nullable"], column["default"]
            yield f"{table}.{column['name']} {column['type']} null={is_null} default={default}"


def _constraints(connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        found: list[Any] = [inspector.get_pk_constraint(table), *inspector.get_foreign_keys(table)]
        found += [*inspector.get_unique_constraints(table), *inspector.get_check_constraints(table)]
        for constraint in found:
            parts = sorted((name, _squeezed(str(value))) for name, value in constraint.items())
            yield f"{table} {parts}"


def _squeezed(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()
