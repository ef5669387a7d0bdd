"""Where Belfry cannot start it says so in a line that names the setting to change."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.processes.preconditions import Refused, only_one, ports_are_free
from app.processes.programs import stages
from app.settings import Settings, embedded_redis_socket
from tests.support.ports import free_port


def belfry(tmp_path: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    """Start Belfry where it must refuse to."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port()), **env}
    command = [sys.executable, "-m", "app.processes"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = belfry(tmp_path, PORT=str(port))
    assert answer.returncode == 1
    assert f"PORT={port}: 127.0.0.1:{port} cannot be used" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_port_of_the_second_web_process_is_looked_at_too(tmp_path: Path) -> None:
    port = free_port(beside=(1, 25))
    with socket.create_server(("127.0.0.1", port + 1)), pytest.raises(Refused, match=f"127.0.0.1:{port + 1}"):
        ports_are_free(Settings(tmp_path, "key", port=port, web_processes=2))


def test_a_second_start_on_the_same_data_names_the_first(tmp_path: Path) -> None:
    with only_one(tmp_path / "data"):
        answer = belfry(tmp_path)
    assert answer.returncode == 1
    assert f"already runs on DATA_DIR={tmp_path / 'data'} (process {os.getpid()})" in answer.stderr
    with only_one(tmp_path / "data"):
        pass


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    answer = belfry(tmp_path, WEB_PROCESSES="many")
    assert answer.returncode == 1
    assert "WEB_PROCESSES='many'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands here")
    with pytest.raises(Refused, match="DATA_DIR="), only_one(tmp_path / "data"):
        pass


def test_a_socket_folder_that_others_could_have_made_is_refused(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path / "data")})
    folder = embedded_redis_socket(settings.data_dir).parent
    folder.mkdir(mode=0o700)
    folder.chmod(0o777)
    try:
        with pytest.raises(Refused, match="REDIS_URL"):
            stages(settings)
        folder.chmod(0o700)
        stages(settings)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        folder.rmdir()


def test_parts_of_ones_own_take_the_place_of_the_embedded_ones(tmp_path: Path) -> None:
    env = {"DATA_DIR": str(tmp_path), "REDIS_URL": "redis://10.0.0.5/0", "MAIL_SERVER": "smtp://relay.example:587"}
    names = {program.name for stage in stages(Settings.from_env(env)) for program in stage}
    assert {"valkey", "mail-sink"} & names == set()
    assert {"web", "clock", "worker-alerts", "worker-urgent_mail", "worker-mail", "worker-bulk"} <= names
