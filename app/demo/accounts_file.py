"""``demo-accounts.json``: who can sign in to the demo, and with what."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.demo.cast import SignIn

NAME = "demo-accounts.json"


def write(data_dir: Path, sign_ins: Sequence[SignIn]) -> Path:
    """Write the file whole or not at all, for its owner's eyes only."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / NAME
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in sign_ins], file, indent=2, ensure_ascii=False)
        file.write("\n")
    new.replace(path)
    return path
