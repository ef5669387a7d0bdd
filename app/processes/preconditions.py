"""What must be so before anything is started; said in a line that names the setting to change."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import Settings, embedded_mail_port


class Refused(Exception):  # noqa: N818 - a sentence for the person at the terminal, no error of the program
    """Belfry cannot start here; the message says why, and what to do."""


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data directory: two supervisors on it would start two of everything. Raises Refused.

    The kernel lets go of it when this process ends, however it ends.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "supervisor.lock").open("a+")
    except OSError as error:
        raise Refused(f"DATA_DIR={data_dir} cannot be written to ({error.strerror}). Set DATA_DIR.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Refused(
                f"Belfry already runs on DATA_DIR={data_dir} (process {lock.read() or 'unknown'}). "
                "End it first, or set DATA_DIR to another folder."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def ports_are_free(settings: Settings) -> None:
    """Raises Refused naming the first port that somebody else has."""
    last = settings.port + settings.web_processes - 1
    for port in range(settings.port, last + 1):
        _try(settings.host, port, f"PORT={settings.port}")
    if settings.uses_embedded_mail:
        mail_port = embedded_mail_port(settings.port)
        if mail_port <= last:
            raise Refused(f"WEB_PROCESSES={settings.web_processes}: more than 25 need a relay; set MAIL_SERVER.")
        _try("127.0.0.1", mail_port, f"PORT={settings.port} (mail is taken in on PORT + 25)")


def _try(host: str, port: int, setting: str) -> None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen()
    except socket.gaierror as error:
        raise Refused(f"HOST={host}: no such address. Set HOST, for example to 127.0.0.1.") from error
    except OSError as error:
        raise Refused(
            f"{setting}: {host}:{port} cannot be used ({error.strerror}). Set PORT to one that is free."
        ) from error
