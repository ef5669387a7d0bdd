"""Translations, read from their .po files themselves.

There is nothing to compile: nothing that a start has to write, and nothing that can be older than its source.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale
from jinja2 import Environment

FOLDER = Path(__file__).parents[1] / "translations"
PLACEHOLDER = re.compile(r"%\(\w+\)s")
ISOLATE = "\u2068{}\u2069"
"""U+2068 to U+2069: what stands between takes its own direction, and turns nothing around it (UAX 9)."""


class Catalogues(Domain):  # type: ignore[misc]
    """What Flask-Babel asks for the words of the language that is being read."""

    def get_translations(self) -> NullTranslations:
        return _reader()


def install(environment: Environment) -> None:
    """Words for templates: a page asks a hundred times, and Flask-Babel would look up its reader thrice each time."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _reader().ugettext(message),
        lambda singular, plural, n: _reader().ungettext(singular, plural, n),
        newstyle=True,
        pgettext=lambda context, message: _reader().upgettext(context, message),
        npgettext=lambda context, singular, plural, n: _reader().unpgettext(context, singular, plural, n),
    )


def _reader() -> NullTranslations:
    locale = get_locale()
    return translations(locale.language) if locale else NullTranslations()


@cache
def translations(language: str) -> NullTranslations:
    """All words in one language, as long as the process lives; English for one that we do not have."""
    if not path_of(language).exists():
        return NullTranslations()
    catalogue = read(language)
    if Locale(language).text_direction == "rtl":
        for message in catalogue:
            _isolate(message)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return Translations(BytesIO(compiled.getvalue()))


def read(language: str) -> Catalog:
    """Raises PoFileError for a file that is broken."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def _isolate(message: Message) -> None:
    """In a sentence that runs from right to left, an English name must not pull brackets and numbers to its side."""
    if isinstance(message.string, str):
        message.string = _isolated(message.string) if message.id else message.string  # without id: the header
    elif message.string:
        message.string = tuple(_isolated(form) for form in message.string)


def _isolated(text: str) -> str:
    return PLACEHOLDER.sub(lambda found: ISOLATE.format(found[0]), text)
