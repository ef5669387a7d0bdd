"""Brings a database to the newest schema the way an installation does, and in no other."""

from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.settings import Settings

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def settings_for(database_url: str, data_dir: Path, migration_database_url: str = "") -> Settings:
    """Settings that reach a database and nothing else."""
    data_dir.mkdir(parents=True, exist_ok=True)
    named = {"DATABASE_URL": database_url, "DATA_DIR": str(data_dir)}
    return Settings.from_env(named | {"MIGRATION_DATABASE_URL": migration_database_url})


def migrate(settings: Settings, revision: str = "head") -> None:
    """Run the migrations as their owner: ``create_all`` would prove only that the models equal themselves."""
    with create_app(settings).app_context():
        upgrade(directory=str(MIGRATIONS), revision=revision)
