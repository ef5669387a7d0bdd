"""The doctor finds what is wrong, and says what to do."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine

from app.cli.doctor import doctor
from app.kernel.duties import Duty, heartbeat_of
from app.kernel.heartbeats import Heartbeat, beat
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.settings import Settings
from tests.support.ports import free_port
from tests.support.valkey import Valkey


def examine(app: Flask) -> Result:
    return app.test_cli_runner().invoke(doctor)


def everybody_is_well(app: Flask) -> None:
    with app.app_context():
        duties: list[Duty] = app.extensions["belfry.duties"]
        for name in (*map(heartbeat_of, Lane), *(duty.heartbeat for duty in duties)):
            beat(name)


def test_where_all_is_well_every_line_says_ok(app: Flask) -> None:
    everybody_is_well(app)
    answer = examine(app)
    assert answer.exit_code == 0, answer.output
    looked_at = [line.partition(": ")[0] for line in answer.output.splitlines()]
    assert looked_at[:4] == ["database", "migrations", "redis", "mail"]
    assert {heartbeat_of(lane) for lane in Lane} <= set(looked_at)
    assert all(line.endswith(": ok") for line in answer.output.splitlines())


def test_a_worker_that_is_silent_is_named_with_the_command_that_starts_it(app: Flask) -> None:
    everybody_is_well(app)
    with app.app_context(), unit_of_work() as session:
        session.query(Heartbeat).filter_by(name="worker:urgent_mail").delete()
    answer = examine(app)
    assert answer.exit_code == 1
    (wrong,) = [line for line in answer.output.splitlines() if "wrong" in line]
    assert wrong.startswith("worker:urgent_mail: wrong: was never heard of")
    assert wrong.endswith("python -m app.processes.worker urgent_mail")


def test_a_relay_that_is_away_is_named(make_app: Callable[..., Flask]) -> None:
    port = free_port()
    app = make_app(mail_server=f"smtp://127.0.0.1:{port}")
    everybody_is_well(app)
    answer = examine(app)
    assert answer.exit_code == 1
    assert f"mail: wrong: 127.0.0.1:{port}" in answer.output
    assert "MAIL_SERVER" in answer.output


@pytest.mark.faults
def test_a_redis_that_is_away_is_named(app: Flask, valkey: Valkey) -> None:
    everybody_is_well(app)
    valkey.kill()
    answer = examine(app)
    assert answer.exit_code == 1
    assert "redis: wrong:" in answer.output
    assert "REDIS_URL" in answer.output


def test_a_database_that_is_away_is_named_without_its_password(make_app: Callable[..., Flask]) -> None:
    app = make_app(database_url=f"postgresql+psycopg://belfry:secret@127.0.0.1:{free_port()}/belfry")
    answer = examine(app)
    assert answer.exit_code == 1
    assert "database: wrong: postgresql+psycopg://belfry:***@127.0.0.1" in answer.output
    assert "secret" not in answer.output
    assert "Traceback" not in answer.output


def test_a_database_of_an_older_version_says_how_to_bring_it_up(app: Flask, settings: Settings) -> None:
    everybody_is_well(app)
    owner = create_engine(settings.migration_database_url)
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001_ground'")
    owner.dispose()
    answer = examine(app)
    assert answer.exit_code == 1
    assert "migrations: wrong: the database is at 0001_ground" in answer.output
    assert "flask --app wsgi db upgrade" in answer.output
