"""The two databases that every test of rows runs on, each migrated once and as good as new for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from psycopg import sql

from tests.support.migrations import migrate, settings_for
from tests.support.postgres import APP, OWNER, Cluster, turn

TEMPLATE = "belfry_template"
SMALL = 16 * 1024 * 1024


class Database(Protocol):
    """Where the rows are: the app's URL, the owner's, and the way back to an empty, migrated schema."""

    @property
    def url(self) -> str: ...

    @property
    def migration_url(self) -> str: ...

    def reset(self) -> None: ...


@dataclass(frozen=True)
class SqliteDatabase:
    """A file, copied from a migrated one: quicker than emptying it, and nothing can be forgotten."""

    template: Path
    path: Path

    @classmethod
    def in_directory(cls, directory: Path) -> "SqliteDatabase":
        template = directory / "template.sqlite3"
        migrate(settings_for(f"sqlite:///{template}", directory / "migrating"))
        return cls(template, directory / "belfry.sqlite3")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    migration_url = url

    def reset(self) -> None:
        for leftover in self.path.parent.glob(f"{self.path.name}-*"):
            leftover.unlink()
        shutil.copyfile(self.template, self.path)


@dataclass(frozen=True)
class PostgresDatabase:
    """A database of the shared cluster, where ``belfry_app`` works and ``belfry_owner`` owns."""

    cluster: Cluster
    name: str

    @classmethod
    def from_template(cls, cluster: Cluster, name: str, directory: Path) -> "PostgresDatabase":
        """A fresh copy of the template, which the first to ask migrates and remembers the seed rows of."""
        with turn(), cluster.connect() as server:
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                _make_template(cluster, directory)
            cluster.create(name, TEMPLATE)
        return cls(cluster, name)

    @property
    def url(self) -> str:
        return self.cluster.url(self.name, APP)

    @property
    def migration_url(self) -> str:
        return self.cluster.url(self.name, OWNER)

    def reset(self) -> None:
        """Leave only the rows that migrations wrote. DELETE takes few rows a hundred times quicker than TRUNCATE."""
        with self.cluster.connect(self.name) as server:
            server.execute("SET session_replication_role = replica; SET lock_timeout = '5s'")
            tables = _tables(server.execute(TABLES).fetchall())
            size = server.execute("SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'r'").fetchone()
            if size and size[0] > SMALL:
                server.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))
            for table in tables:
                server.execute(sql.SQL("DELETE FROM {}").format(table))
            for table in _tables(server.execute(SEEDS).fetchall()):
                server.execute(sql.SQL("INSERT INTO {} TABLE seed.{}").format(table, table))


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SEEDS = "SELECT tablename FROM pg_tables WHERE schemaname = 'seed'"


def _make_template(cluster: Cluster, directory: Path) -> None:
    cluster.create(TEMPLATE)
    migrate(settings_for(cluster.url(TEMPLATE, APP), directory, cluster.url(TEMPLATE, OWNER)))
    with cluster.connect(TEMPLATE) as server:
        server.execute("CREATE SCHEMA seed")
        for table in _tables(server.execute(TABLES).fetchall()):
            if server.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table)).fetchone():
                server.execute(sql.SQL("CREATE TABLE seed.{} AS TABLE {}").format(table, table))


def _tables(rows: list[tuple[str]]) -> list[sql.Identifier]:
    return [sql.Identifier(name) for (name,) in rows]
