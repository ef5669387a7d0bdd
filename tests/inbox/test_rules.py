"""Decisions of the inbox, without a database."""

from datetime import timedelta

from app.catalogue.kinds import Category
from app.inbox import rules
from app.kernel.clock import now


def test_a_short_text_is_its_own_excerpt() -> None:
    assert rules.excerpt("Swimming starts on Monday.") == "Swimming starts on Monday."


def test_a_long_text_is_cut_between_words() -> None:
    text = "word, " * 60
    cut = rules.excerpt(text)
    assert len(cut) <= rules.EXCERPT_LENGTH + 1
    assert cut.endswith("word…")


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    assert len(rules.excerpt("x" * 1000)) == rules.EXCERPT_LENGTH + 1


def test_what_has_expired_or_was_withdrawn_is_over() -> None:
    moment = now()
    assert not rules.is_over(None, None, moment)
    assert not rules.is_over(moment + timedelta(seconds=1), None, moment)
    assert rules.is_over(moment, None, moment)
    assert rules.is_over(None, moment, moment)


def test_only_an_emergency_that_is_neither_confirmed_nor_over_is_live() -> None:
    assert rules.is_live(Category.EMERGENCY, None, is_expired=False)
    assert not rules.is_live(Category.EMERGENCY, now(), is_expired=False)
    assert not rules.is_live(Category.EMERGENCY, None, is_expired=True)
    assert not rules.is_live(Category.ANNOUNCEMENT, None, is_expired=False)
