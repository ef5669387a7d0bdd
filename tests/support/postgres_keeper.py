"""Keeps one PostgreSQL alive for as long as anybody holds its ``alive`` file, then leaves nothing behind.

Run as ``python -m tests.support.postgres_keeper DIRECTORY [--durable]``. Those who use the cluster hold a shared
lock on ``DIRECTORY/alive``; the kernel lets go of it however they end, also by kill -9, and the keeper, waiting for an
exclusive one, then stops the server and removes the directory.
"""

import fcntl
import json
import secrets
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psycopg

from app.processes.leash import die_with_parent
from tests.support.ports import free_port
from tests.support.postgres_binaries import find_binaries, server_user, within_reach

SUPERUSER = "postgres"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


def main(directory: Path, *, durable: bool) -> None:
    """Start a cluster, say in ``cluster.json`` how to reach it, and stop it when nobody holds it any more."""
    password = secrets.token_urlsafe(24)
    try:
        binaries = within_reach(find_binaries(), directory)
        _initialise(binaries, directory, password)
        port = free_port()
        server = start(binaries, directory, port, durable=durable)
        _wait_until_ready(server, directory, port)
    except Exception as failure:
        (directory / "failed").write_text(f"{failure}\n{_log(directory)}")
        raise
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # a server that a test killed must not stay as a zombie, or seem to run
    told = {"directory": str(directory), "port": port, "password": password, "pid": server.pid}
    (directory / "cluster.json.new").write_text(json.dumps(told))
    (directory / "cluster.json.new").rename(directory / "cluster.json")
    with (directory / "alive").open() as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        server.send_signal(signal.SIGINT if durable else signal.SIGQUIT)
        server.wait()
        shutil.rmtree(directory)


def _initialise(binaries: Path, directory: Path, password: str) -> None:
    user = server_user()
    secret = directory / "password"
    secret.touch(mode=0o600)
    secret.write_text(password + "\n")
    (directory / "data").mkdir(mode=0o700)
    if user is not None:
        for path in (directory, directory / "data", secret):
            shutil.chown(path, user.pw_uid, user.pw_gid)
    choices = ["--no-sync", "--encoding=UTF8", "--locale=C", f"--username={SUPERUSER}"]
    choices += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"]
    ended = _run_as_server_user([str(binaries / "initdb"), "-D", str(directory / "data"), *choices], directory).wait()
    secret.unlink()
    if ended != 0:
        raise RuntimeError(f"initdb ended with {ended}")


def start(binaries: Path, directory: Path, port: int, *, durable: bool) -> "subprocess.Popen[bytes]":
    """The server of a cluster that stands already. It dies with whoever started it."""
    options = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={directory}",
        "max_connections=200",
    ]
    options += [] if durable else FAST
    arguments = [part for option in options for part in ("-c", option)]
    return _run_as_server_user([str(binaries / "postgres"), "-D", str(directory / "data"), *arguments], directory)


def _run_as_server_user(command: list[str], directory: Path) -> "subprocess.Popen[bytes]":
    user = server_user()
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and [],
            preexec_fn=partial(die_with_parent, signal.SIGQUIT),  # noqa: PLW1509 - one thread
        )


def _wait_until_ready(server: "subprocess.Popen[bytes]", directory: Path, port: int) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended with {server.returncode} while it started")
        try:
            psycopg.connect(host=str(directory), port=port, user=SUPERUSER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL was not ready after 30 s")


def _log(directory: Path) -> str:
    log = directory / "log"
    return log.read_text(errors="replace")[-4000:] if log.exists() else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), durable="--durable" in sys.argv[2:])
