"""One log a program in ``$DATA_DIR/log``: begun anew at each start, never without bound."""

import shutil
from pathlib import Path

MOST_BYTES = 20_000_000


def begin(directory: Path, name: str) -> Path:
    """An empty log for ``name``; the one of the run before stands beside it as ``name.log.1``."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.log"
    if path.exists():
        path.replace(_older(path))
    path.touch(mode=0o600)
    return path


def trim(path: Path) -> None:
    """Move a log that has grown too long aside. Copied and cut, for the program holds it open (in append mode)."""
    if path.stat().st_size > MOST_BYTES:
        shutil.copyfile(path, _older(path))
        with path.open("r+b") as log:
            log.truncate(0)


def _older(path: Path) -> Path:
    return path.with_name(path.name + ".1")
