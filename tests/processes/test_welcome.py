"""The terminal says where Belfry is, who may sign in, and where mail lands."""

import json
from pathlib import Path

from app.processes.welcome import welcome
from app.settings import Settings

CAST = [
    {
        "email": "priya@demo.example",
        "password": "horse battery",
        "name": "Priya",
        "role": "parent",
        "school": "Westbrook",
    },
    {"email": "dana", "password": "secret", "name": "Dana", "role": "district_admin", "school": None},
]


def test_it_shows_the_address_the_sign_ins_and_the_mail(tmp_path: Path) -> None:
    (tmp_path / "demo-accounts.json").write_text(json.dumps(CAST))
    text = welcome(Settings.from_env({"DATA_DIR": str(tmp_path), "PORT": "8123"}))
    assert "http://127.0.0.1:8123" in text
    assert "priya@demo.example  horse battery  parent" in text
    assert str(tmp_path / "mail") in text
    assert "Ctrl-C ends it" in text


def test_in_production_no_password_is_shown(tmp_path: Path) -> None:
    (tmp_path / "demo-accounts.json").write_text(json.dumps(CAST))
    settings = Settings(tmp_path, "k" * 32, production=True, mail_server="smtp://relay.example")
    assert "horse battery" not in welcome(settings)
