"""What attackers type: ``tests/web/xss_corpus.txt``, read."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "web" / "xss_corpus.txt"
ESCAPED = re.compile(r"\\(?:([ntr0\\])|u([0-9A-Fa-f]{4}))")
SIGNS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\"}


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """The payloads by what they try."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in FILE.read_text().splitlines():
        if line.startswith("## "):
            lines = found.setdefault(line.removeprefix("## "), [])
        elif line.strip() and not line.startswith("# Wh") and not line.startswith("# \\n"):
            lines.append(ESCAPED.sub(lambda sign: SIGNS[sign[1]] if sign[1] else chr(int(sign[2], 16)), line))
    return {group: tuple(payloads) for group, payloads in found.items()}


def corpus() -> list[str]:
    """All of them, in their order."""
    return [payload for payloads in groups().values() for payload in payloads]


def packed(payloads: Iterable[str], longest: int) -> list[str]:
    """As few texts of one line as hold them all, none longer than ``longest``; what is longer by itself is cut."""
    texts = [""]
    for payload in payloads:
        line = " ".join(payload.replace("\0", "").split())[:longest]
        if len(texts[-1]) + len(line) + 1 > longest:
            texts.append("")
        texts[-1] = f"{texts[-1]} {line}".strip()
    return texts
