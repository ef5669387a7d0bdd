"""What stands in a database, as one value: to show that something changed nothing."""

from sqlalchemy import NullPool, create_engine, inspect, text

from app.settings import Settings


def content_of(settings: Settings) -> dict[str, list[str]]:
    """Every row of every table, as the schema's owner sees them.

    But for notes that somebody took a copy away: a record of looking is no change (RFC 9110, 9.2.1).
    """
    engine = create_engine(settings.migration_database_url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = {table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")))) for table in tables}
    return rows | {"audit_lines": [line for line in rows["audit_lines"] if "report.exported" not in line]}
