"""The condition that a notification says something, in words.

What differs between the databases: on PostgreSQL words are known in all their forms by the language of the school, and
beside that as they stand; on SQLite all are taken as if they were English, so that of other languages fewer forms of a
word are found by one another. Case, accents and vowel points matter on neither.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, column, func, literal, literal_column, select, table

from app.kernel.phrases import Phrase, to_fts5, to_tsquery
from app.notifications.models import Notification

_numbers = table("notification_numbers", column("id"), column("notification_id", Notification.id.type))
_words = table("notification_words", column("rowid"))


def says(locales: Sequence[str], *, is_sqlite: bool) -> ColumnElement[bool]:
    """That a notification says what the values of ``terms`` look for, in any of these languages."""
    if is_sqlite:
        found = select(_numbers.c.notification_id).join(_words, _words.c.rowid == _numbers.c.id)
        return Notification.id.in_(found.where(literal_column("notification_words").op("MATCH")(bindparam("terms"))))
    query: ColumnElement[Any] = func.to_tsquery(literal_column("'simple'"), bindparam("plain_terms"))
    for locale in locales:
        query = query.op("||")(func.to_tsquery(func.search_language(literal(locale)), bindparam("terms")))
    return literal_column("notifications.words").op("@@")(query)


def terms(phrases: Sequence[Phrase], *, is_sqlite: bool) -> dict[str, str]:
    """The values for ``says``: what is looked for must hold a word."""
    if is_sqlite:
        return {"terms": to_fts5(phrases)}
    return {"terms": to_tsquery(phrases, fold=False), "plain_terms": to_tsquery(phrases, fold=True)}
