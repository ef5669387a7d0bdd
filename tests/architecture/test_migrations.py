"""Migrations lead up, down and up again with rows in place, and end at what the models say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.extensions import Base
from app.identity.models import Account
from app.kernel import sqlite
from app.kernel.unit_of_work import unit_of_work
from app.notifications.search_schema import is_beside_models
from app.roster.models import School
from app.settings import Settings
from tests.support import factories
from tests.support.cast import take_the_stage
from tests.support.migrations import MIGRATIONS, settings_for
from tests.support.postgres import APP, OWNER, Cluster
from tests.support.schema import schema_of

OF_NO_MODEL = {"uuid7"}
"""What ``INSERT ... SELECT`` makes keys with on PostgreSQL; SQLite gets it on each connection."""


# An index on an expression cannot be reflected on SQLite; its SQL is compared as text instead.
pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index")


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


REVISIONS = [revision.revision for revision in script().walk_revisions()]


@pytest.fixture
def bare(backend: str, tmp_path: Path, worker_id: str, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a database without any table, which the test may do with as it likes."""
    if backend == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path / 'bare.sqlite3'}", tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"bare_{worker_id}"
    cluster.create(name)
    yield settings_for(cluster.url(name, APP), tmp_path, cluster.url(name, OWNER))
    cluster.drop(name)


def engine_of(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    return engine


def look(settings: Settings, see: Callable[[Connection], Any]) -> Any:
    """What the schema's owner sees."""
    with engine_of(settings.migration_database_url).connect() as connection:
        return see(connection)


def move(app: Flask, way: Callable[..., None], revision: str) -> None:
    with app.app_context():
        way(directory=str(MIGRATIONS), revision=revision)


def rows_of(connection: Connection) -> dict[str, int]:
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def fill(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            cast = take_the_stage()
        with unit_of_work() as session:
            school = session.get_one(School, cast.northfield.id)
            sent = factories.notification(school, session.get_one(Account, cast.margaret.id))
            factories.template(school, session.get_one(Account, cast.margaret.id))
            factories.draft(school, session.get_one(Account, cast.margaret.id))
            factories.copy(sent, session.get_one(Account, cast.priya.id))


def test_bar_124_there_is_one_head() -> None:
    assert len(script().get_heads()) == 1


def test_revisions_are_numbered_in_their_order() -> None:
    assert sorted(REVISIONS, reverse=True) == REVISIONS


def test_bar_124_migrations_go_up_down_and_up_with_rows_in_place(bare: Settings) -> None:
    app = create_app(bare)
    move(app, upgrade, "head")
    schema = look(bare, schema_of)
    fill(app)
    for below in [*REVISIONS[1:], "base"]:
        before = look(bare, rows_of)
        move(app, downgrade, below)
        after = look(bare, rows_of)
        assert after == {table: before[table] for table in after}, f"going down to {below} lost rows of other tables"
        move(app, upgrade, "+1")
        move(app, downgrade, below)
    assert not any(look(bare, schema_of).values()), "something was left behind at the base"
    move(app, upgrade, "head")
    assert look(bare, schema_of) == schema


def test_migrating_twice_changes_nothing(bare: Settings) -> None:
    app = create_app(bare)
    move(app, upgrade, "head")
    schema = look(bare, schema_of)
    move(app, upgrade, "head")
    assert look(bare, schema_of) == schema


def test_bar_124_alembic_sees_no_difference_to_the_models(settings: Settings) -> None:
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, _parents: not is_beside_models(kind, name),
    }

    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    assert look(settings, differences) == []


def test_bar_124_models_equal_the_schema_to_its_checks_and_functions(settings: Settings, bare: Settings) -> None:
    """What alembic does not compare: one database as migrated, one made from the models, read from the catalogue."""
    with engine_of(bare.migration_database_url).begin() as connection:
        Base.metadata.create_all(connection)
    migrated, modelled = look(settings, schema_of), look(bare, schema_of)
    functions = migrated.pop("functions", set()) - modelled.pop("functions", set())
    assert migrated == modelled
    assert all(modelled[part] for part in ("columns", "constraints", "indexes"))
    if not settings.is_sqlite:
        assert {definition.split("public.")[1].split("(")[0] for definition in functions} == OF_NO_MODEL


def test_the_database_makes_keys_that_sort_by_time(settings: Settings) -> None:
    def make(connection: Connection) -> list[str]:
        return [str(connection.execute(text("SELECT uuid7()")).scalar_one()).replace("-", "") for _ in range(3)]

    keys = look(settings, make)
    assert [key[12] for key in keys] == ["7"] * 3
    assert all(key[16] in "89ab" for key in keys)
    assert [key[:12] for key in keys] == sorted(key[:12] for key in keys)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_apps_role_owns_nothing(settings: Settings) -> None:
    def owned(connection: Connection) -> list[str]:
        return list(
            connection.execute(
                text(
                    "SELECT relname FROM pg_class WHERE relowner = :app ::regrole UNION ALL "
                    "SELECT proname FROM pg_proc WHERE proowner = :app ::regrole UNION ALL "
                    "SELECT nspname FROM pg_namespace WHERE nspowner = :app ::regrole UNION ALL "
                    "SELECT datname FROM pg_database WHERE datdba = :app ::regrole"
                ),
                {"app": APP},
            ).scalars()
        )

    assert look(settings, owned) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE letters",
        "ALTER TABLE letters ADD COLUMN more text",
        "UPDATE audit_lines SET action = 'nothing'",
        "DELETE FROM audit_lines",
        "TRUNCATE audit_lines",
        "SET ROLE belfry_owner",
    ],
)
def test_the_apps_role_may_not(settings: Settings, statement: str) -> None:
    with engine_of(settings.database_url).connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(text(statement))
    assert isinstance(refused.value.orig, InsufficientPrivilege)
