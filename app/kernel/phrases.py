"""What somebody looks for, as words: what they typed is never a query language, so nothing they type can break one."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_LETTERS, MOST_PHRASES, LONGEST_WORD = 200, 8, 60
SHORTEST_STEM, LONGEST_ENDING = 3, 4
# Written as ranges, not as "what is no letter": PostgreSQL's own idea of a letter depends on how the cluster was made.
PUNCTUATION = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u060c\u061b\u061f\u066a-\u066d\u06d4\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe1f\ufe30-\ufe4f\ufffd"
)
MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
"""Accents and vowel points, which people leave out when they type on a phone."""
_QUOTED = re.compile('["“”„«»]')
_BETWEEN = re.compile(f"[{PUNCTUATION}\\s\\x00\ud800-\udfff]+")
_MARKS = re.compile(f"[{MARKS}]")


@dataclass(frozen=True)
class Phrase:
    """Words that follow one another. Of the last one typed, the end may be missing."""

    words: tuple[str, ...]
    is_begun: bool = False


def phrases_of(text: str) -> tuple[Phrase, ...]:
    """Each word by itself, those between quotes together; none for a text without a word in it."""
    found: list[Phrase] = []
    parts = _QUOTED.split(text[:MOST_LETTERS])
    for number, part in enumerate(parts):
        words = words_of(part)
        if number % 2:
            found += [Phrase(words)] if words else []
        else:
            found += [Phrase((word,), number == len(parts) - 1 and word is words[-1]) for word in words]
    return tuple(found[:MOST_PHRASES])


def words_of(text: str) -> tuple[str, ...]:
    composed = unicodedata.normalize("NFC", text)
    return tuple(word[:LONGEST_WORD] for word in _BETWEEN.split(composed) if _MARKS.sub("", word))


def folded(word: str) -> str:
    """A word without case, accents and vowel points."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", word)).casefold()


def to_fts5(phrases: Sequence[Phrase]) -> str:
    """For MATCH of SQLite's FTS5, which folds by itself. Words hold no quotes, so quoting them is enough."""
    return " AND ".join(f'"{" ".join(phrase.words)}"{"*" if phrase.is_begun else ""}' for phrase in phrases)


def to_tsquery(phrases: Sequence[Phrase], *, fold: bool) -> str:
    """For PostgreSQL's ``to_tsquery``, which makes a phrase of several words in quotes."""
    texts = ((" ".join(map(folded, each.words) if fold else each.words), each.is_begun) for each in phrases)
    return " & ".join(f"'{text}'{':*' if is_begun else ''}" for text, is_begun in texts)


def marked(text: str, phrases: Sequence[Phrase]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and which of them are among what was looked for, in whatever form."""
    wanted = {folded(word) for phrase in phrases for word in phrase.words}
    done = 0
    for found in re.finditer(f"[^{PUNCTUATION}\\s]+", text):
        if any(alike(folded(found[0]), word) for word in wanted):
            yield text[done : found.start()], False
            yield found[0], True
            done = found.end()
    yield text[done:], False


def alike(one: str, other: str) -> bool:
    """Whether two words are likely forms of one, in most languages: they begin alike, and end soon after."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORTEST_STEM:
        return one == other
    return longer.startswith(shorter) and len(longer) - len(shorter) <= LONGEST_ENDING
