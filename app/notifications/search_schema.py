"""What the databases keep to search notifications by. No model can say it, so it is made beside the models' tables.

It follows the rows by triggers: no writer can forget it, and what is erased is gone from it too.
"""

from sqlalchemy import DDL, event

from app.notifications.models import Notification

# The rules by which a database knows the forms of words, by a school's language; "simple" knows none.
SEARCH_LANGUAGE = """
CREATE FUNCTION search_language(locale text) RETURNS regconfig LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT oid FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace
        AND cfgname = CASE lower(split_part(replace(locale, '_', '-'), '-', 1))
            WHEN 'ar' THEN 'arabic' WHEN 'ca' THEN 'catalan' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german'
            WHEN 'el' THEN 'greek' WHEN 'en' THEN 'english' WHEN 'es' THEN 'spanish' WHEN 'eu' THEN 'basque'
            WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french' WHEN 'ga' THEN 'irish' WHEN 'hi' THEN 'hindi'
            WHEN 'hu' THEN 'hungarian' WHEN 'hy' THEN 'armenian' WHEN 'id' THEN 'indonesian' WHEN 'it' THEN 'italian'
            WHEN 'lt' THEN 'lithuanian' WHEN 'nb' THEN 'norwegian' WHEN 'ne' THEN 'nepali' WHEN 'nl' THEN 'dutch'
            WHEN 'nn' THEN 'norwegian' WHEN 'no' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian'
            WHEN 'ru' THEN 'russian' WHEN 'sr' THEN 'serbian' WHEN 'sv' THEN 'swedish' WHEN 'ta' THEN 'tamil'
            WHEN 'tr' THEN 'turkish' WHEN 'yi' THEN 'yiddish'
        END
    ), 'pg_catalog.simple'::regconfig::oid)::regconfig
$$
"""
# Words as they stand, without accents and apart at any sign, and beside them as the language has them. What is typed is
# taken apart the same way: see app/kernel/phrases.py. A tsvector takes at most 1 MB, hence the cut.
NOTIFICATION_WORDS = r"""
CREATE FUNCTION notification_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text := left(NEW.title || ' ' || NEW.body, 100000);
    marks text := '[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]';
    plain text := regexp_replace(normalize(said, NFKD), marks, '', 'g');
    language text := coalesce(
        (SELECT locale FROM schools WHERE id = NEW.school_id), (SELECT locale FROM districts WHERE id = NEW.district_id)
    );
BEGIN
    NEW.words := to_tsvector('simple', regexp_replace(plain, '[' ||
        '\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7'
        '\u060c\u061b\u061f\u066a-\u066d\u06d4\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe1f\ufe30-\ufe4f\ufffd'
        || ']+', ' ', 'g')) || to_tsvector(search_language(language), said);
    RETURN NEW;
END
$$
"""
TRIGGER = """
CREATE TRIGGER words BEFORE INSERT OR UPDATE OF title, body ON notifications
FOR EACH ROW EXECUTE FUNCTION notification_words()
"""
COLUMN = "ALTER TABLE notifications ADD COLUMN words tsvector"
INDEX = "CREATE INDEX ix_notifications_words ON notifications USING gin (words)"
# Numbers of their own, for SQLite may number the rows of a table anew.
NUMBERS = (
    "CREATE TABLE notification_numbers (id INTEGER NOT NULL PRIMARY KEY, notification_id CHAR(32) NOT NULL UNIQUE)"
)
TEXTS = """
CREATE VIEW notification_texts AS SELECT notification_numbers.id, title, body
FROM notification_numbers JOIN notifications ON notifications.id = notification_id
"""
WORDS = """
CREATE VIRTUAL TABLE notification_words USING fts5(
    title, body, content='notification_texts', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
)
"""
OF_NEW = """
CREATE TRIGGER words_of_new AFTER INSERT ON notifications BEGIN
    INSERT INTO notification_numbers (notification_id) VALUES (new.id);
    INSERT INTO notification_words (rowid, title, body)
        SELECT id, new.title, new.body FROM notification_numbers WHERE notification_id = new.id;
END
"""
OF_CHANGED = """
CREATE TRIGGER words_of_changed AFTER UPDATE OF title, body ON notifications BEGIN
    INSERT INTO notification_words (notification_words, rowid, title, body)
        SELECT 'delete', id, old.title, old.body FROM notification_numbers WHERE notification_id = old.id;
    INSERT INTO notification_words (rowid, title, body)
        SELECT id, new.title, new.body FROM notification_numbers WHERE notification_id = new.id;
END
"""
OF_DELETED = """
CREATE TRIGGER words_of_deleted AFTER DELETE ON notifications BEGIN
    INSERT INTO notification_words (notification_words, rowid, title, body)
        SELECT 'delete', id, old.title, old.body FROM notification_numbers WHERE notification_id = old.id;
    DELETE FROM notification_numbers WHERE notification_id = old.id;
END
"""

STATEMENTS = {
    "postgresql": (SEARCH_LANGUAGE, NOTIFICATION_WORDS, COLUMN, INDEX, TRIGGER),
    "sqlite": (NUMBERS, TEXTS, WORDS, OF_NEW, OF_CHANGED, OF_DELETED),
}
for _dialect, _statements in STATEMENTS.items():
    for _statement in _statements:
        event.listen(Notification.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def is_beside_models(kind: str, name: str | None) -> bool:
    """Whether a table, column or index belongs to the search, so that no model has it."""
    if kind == "table":
        return (name or "").startswith(("notification_words", "notification_numbers"))
    return (kind, name) in {("column", "words"), ("index", "ix_notifications_words")}
