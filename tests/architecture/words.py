"""The words of Belfry, and what is wrong with their translations.

``make words`` takes what the source says now into the catalogues: what is new stands there empty, what nothing says any
more goes, and nothing is guessed.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from app.web.catalogues import path_of, read
from app.web.localisation import LANGUAGES

ROOT = Path(__file__).parents[2]
SOURCE = "en"
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
PASSING = tuple(f'"{name}' for name in ("POT-", "PO-", "Report-", "Last-", "Project-", "Language-Team", "Generated-"))
TAG = re.compile(r"</?\w+[^>]*>")


@cache
def extracted() -> Catalog:
    """All that the source says, each message with the files that say it."""
    methods, options = parse_mapping_cfg(StringIO((ROOT / "babel.cfg").read_text()))  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Belfry")
    for filename, _line, message, comments, context in extract_from_dir(
        str(ROOT), methods, options, KEYWORDS, ("Translators:",), directory_filter=_is_ours, strip_comment_tags=True
    ):
        catalogue.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    return catalogue


def _is_ours(directory: str) -> bool:
    return Path(directory).relative_to(ROOT).parts[0] in {"app", "templates"}


def update(language: str) -> None:
    """Write the catalogue anew, in the order of the files that say its words."""
    catalogue, written = read(language), BytesIO()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    write_po(written, catalogue, width=120, ignore_obsolete=True, sort_by_file=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path_of(language).write_text("".join(line for line in lines if not line.startswith(PASSING)))


def unsafe(language: str) -> Iterator[str]:
    """What would break a page, or say something else there: it may not stand in a catalogue for a moment."""
    catalogue = read(language)
    for message in catalogue:
        if message.id and all(_each(message.string)):
            yield from (f"{fault}: {message.id!r}" for fault in _faults_of(message, catalogue.num_plurals))


def faults(language: str) -> Iterator[str]:
    """What keeps a catalogue from being complete and safe to show."""
    catalogue, source = read(language), extracted()
    said, known = ({(message.id, message.context) for message in each if message.id} for each in (source, catalogue))
    yield from (f"not in the catalogue: {id_!r} (make words)" for id_, _ in said - known)
    yield from (f"nothing says it any more: {id_!r} (make words)" for id_, _ in known - said)
    yield from (f"obsolete: {message.id!r} (make words)" for message in catalogue.obsolete.values())
    for message in catalogue:
        if message.id:
            yield from (f"{fault}: {message.id!r}" for fault in _faults_of(message, catalogue.num_plurals))


def _faults_of(message: Message, plurals: int) -> Iterator[str]:
    sources, forms = _each(message.id), _each(message.string)
    if message.fuzzy:
        yield "only guessed (fuzzy)"
    if message.pluralizable and len(forms) != plurals:
        yield f"{len(forms)} plural forms, not {plurals}"
    for form in forms:
        if not form.strip():
            yield "not translated"
            continue
        if not _may_say(form, sources[-1], message.pluralizable):
            yield f"other placeholders in {form!r}"
        if sorted(TAG.findall(form)) != sorted(TAG.findall(sources[-1])):
            yield f"other tags in {form!r}"
        if form[0].isspace() != sources[-1][0].isspace() or form[-1].isspace() != sources[-1][-1].isspace():
            yield f"space at an end of {form!r}"


def _may_say(form: str, source: str, pluralizable: bool) -> bool:
    """The same placeholders; "one" and "two" may be words, so a plural form may go without its number."""
    used, given = Counter(PLACEHOLDER.findall(form)), Counter(PLACEHOLDER.findall(source))
    if used == given:
        return True
    missing = given - used
    return pluralizable and used <= given and set(missing) <= {"%(count)s", "%(num)s", "%(num)d"}


def main() -> int:
    for language in TRANSLATED:
        update(language)
        open_ = [message for message in read(language) if message.id and not all(_each(message.string))]
        print(f"{Locale(language).get_display_name('en')}: {len(open_)} to translate, in {path_of(language)}")
    return 0


def _each(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """The forms of a message that has some, or its only one."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


if __name__ == "__main__":
    sys.exit(main())
