"""What may be set from outside, and what is refused."""

from pathlib import Path

import pytest

from app.settings import Settings, SettingsError

SAFE = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k" * 48,
    "PUBLIC_URL": "https://bells.example",
    "DATABASE_URL": "postgresql://app@db.example/belfry",
    "REDIS_URL": "redis://:secret@redis.example:6379/0",
    "MAIL_SERVER": "smtp://relay.example:587",
}


def read(directory: Path, **changes: str) -> Settings:
    return Settings.from_env({**SAFE, "DATA_DIR": str(directory), **changes})


def test_production_starts_with_safe_settings(tmp_path: Path) -> None:
    assert read(tmp_path).production


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "http://bells.example"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("REDIS_URL", "redis://redis.example:6379/0"),
        ("MAIL_SERVER", ""),
        ("FLASK_DEBUG", "1"),
        ("FAIL_AFTER_COMMIT", "1"),
    ],
)
def test_bar_130_production_refuses_what_is_unsafe_and_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(tmp_path, **{name: value})


def test_bar_130_a_key_is_made_once_per_installation_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert Settings.from_env({"DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert len(first.secret_key) >= 48
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert first.secret_key not in repr(first)


def test_bar_130_an_empty_key_file_is_refused_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings.from_env({"DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("PORT", "0"), ("WEB_PROCESSES", "-1"), ("DATABASE_URL", "mysql://x")]
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({"DATA_DIR": str(tmp_path), name: value})


def test_local_origins_are_taken_in_the_demo_and_not_in_production(tmp_path: Path) -> None:
    demo = Settings.from_env({"DATA_DIR": str(tmp_path), "PORT": "8000", "WEB_PROCESSES": "2"})
    assert {"http://localhost:8000", "http://127.0.0.1:8001"} <= demo.origins
    assert read(tmp_path).origins == {"https://bells.example"}


def test_lanes_have_one_worker_each_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path).workers == ("alerts", "urgent_mail", "mail", "bulk")
    more = read(tmp_path, WORKERS=" mail=3, urgent_mail = 2,").workers
    assert more == ("alerts", "urgent_mail", "urgent_mail", "mail", "mail", "mail", "bulk")


@pytest.mark.parametrize("text", ["post=2", "mail", "mail=0", "mail=17", "mail=-1", "mail=two", "mail=1=2", "mail:3"])
def test_a_wrong_number_of_workers_is_refused_with_what_would_be_right(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"mail=3,urgent_mail=2\. The lanes are alerts, urgent_mail, mail, bulk"):
        read(tmp_path, WORKERS=text)
