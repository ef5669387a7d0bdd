"""What is taken of a text that somebody typed: all that a reader can see, and nothing that plays tricks on them."""

import unicodedata

OVERRIDES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def clean(text: str | None) -> str:
    """Without signs that are of no use to a reader: PostgreSQL takes no NUL, and an override turns the page around."""
    lines = (text or "").replace("\r\n", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or not _is_control(sign))


def one_line(text: str | None) -> str:
    """The same, with single spaces and no line breaks."""
    return " ".join(clean(text).split())


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} or unicodedata.bidirectional(sign) in OVERRIDES
