"""Names found however they are typed: without case, accents and vowel points, and the same on both databases.

What differs between them is only how it is asked: SQLite calls ``phrases.folded`` itself; PostgreSQL says it in its own
words, without the extension ``unaccent``, which not every host has, and without its idea of case, which depends on how
the cluster was made.
"""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from app.kernel.phrases import MARKS, folded

LATIN_GREEK_CYRILLIC_ARMENIAN = range(0x80, 0x590)
"""Of other letters that schools write names with, none has two cases."""


def _turns(letter: str) -> bool:
    """Whether folding makes one other letter of it; what is taken apart into letter and accent is turned after that."""
    return folded(letter) != letter == unicodedata.normalize("NFKD", letter) and len(folded(letter)) == 1


GREAT = "".join(filter(_turns, map(chr, LATIN_GREEK_CYRILLIC_ARMENIAN)))
SMALL = "".join(map(folded, GREAT))


class Folded(GenericFunction[str]):
    """``phrases.folded`` of a column; SQLite knows it by this name (see ``sqlite.prepare``)."""

    name = "folded"
    type = String()
    inherit_cache = True


def holds(column: Any, text: str) -> ColumnElement[bool]:
    """Whether ``text`` stands in what a column says, whatever the case and the accents of either."""
    return Folded(column).contains(folded(text), autoescape=True)


@compiles(Folded, "postgresql")
def _in_postgresql(element: Folded, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    plain = func.regexp_replace(
        func.normalize(column, literal_column("NFKD")), _said(f"[{MARKS}]"), _said(""), _said("g")
    )
    small = func.replace(func.translate(_small_ascii(plain), _said(GREAT), _said(SMALL)), _said("ß"), _said("ss"))
    is_ascii = func.octet_length(column) == func.char_length(column)
    return compiler.process(case((is_ascii, _small_ascii(column)), else_=small), **options)


def _small_ascii(text: Any) -> Any:
    return func.lower(text.collate("C"))


def _said(text: str) -> Any:
    """Part of the statement, so that each is prepared once; none of them holds a quote or a percent sign."""
    return literal_column(f"'{text}'")
