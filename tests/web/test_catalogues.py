"""Translations as they are read from their files."""

import pytest
from babel import Locale

from app.web import catalogues
from app.web.catalogues import path_of, translations
from app.web.localisation import LANGUAGES, known


def test_tags_with_regions_and_nonsense() -> None:
    assert [known(tag) for tag in ("es", "es-MX", "ES_mx", "ar-EG", "eng", "", None, "e")] == [
        "es", "es", "es", "ar", None, None, None, None,
    ]  # fmt: skip


def test_a_name_in_a_sentence_from_right_to_left_keeps_its_own_direction() -> None:
    words = translations("ar")
    assert (
        words.ugettext("From %(school)s") % {"school": "Northfield (Primary)"} == "من \u2068Northfield (Primary)\u2069"
    )
    assert words.ungettext("%(count)s person", "%(count)s people", 11) == "\u2068%(count)s\u2069 شخصًا"
    assert "\u2068" not in translations("es").ugettext("From %(school)s")


def test_what_is_not_translated_yet_is_english_and_never_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    source = catalogues.read("es")
    for message in source:
        if message.id:
            message.string = ("", "") if message.pluralizable else ""
    monkeypatch.setattr(catalogues, "read", lambda _language: source)
    words = translations.__wrapped__("es")
    assert words.ugettext("Sign in") == "Sign in"
    assert words.ungettext("%(count)s person", "%(count)s people", 2) == "%(count)s people"


def test_every_language_has_a_catalogue_and_every_catalogue_is_offered() -> None:
    there = {path.name for path in path_of("en").parents[2].iterdir() if path.is_dir()}
    assert there | {"en"} == set(LANGUAGES)
    assert {Locale(language).text_direction for language in LANGUAGES} == {"ltr", "rtl"}
