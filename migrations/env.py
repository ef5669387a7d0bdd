"""How migrations run: as the owner of the schema, in one transaction each, never as the role of the app."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, make_url, pool, text

from app.extensions import Base
from app.kernel import sqlite
from app.notifications.search_schema import is_beside_models
from app.settings import Settings

settings: Settings = current_app.extensions["belfry.settings"]


def run() -> None:
    engine = create_engine(settings.migration_database_url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            include_name=lambda name, kind, _parents: not is_beside_models(kind, name),
        )
        with context.begin_transaction():
            context.run_migrations()
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            grant(connection)


def grant(connection: Connection) -> None:
    """Let the app's role use the tables it does not own. The audit log it may only read and add to."""
    role = make_url(settings.database_url).username
    owner = make_url(settings.migration_database_url).username
    if role is None or role == owner:
        return
    name = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {name}",
    ):
        connection.execute(text(statement))
    if connection.dialect.has_table(connection, "audit_lines"):
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_lines FROM {name}"))


run()
