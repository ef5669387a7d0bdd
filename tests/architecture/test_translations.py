"""Everything that Belfry says, it says in each of its languages."""

import pytest

from tests.architecture.words import TRANSLATED, faults


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_untranslated_guessed_or_unused(language: str) -> None:
    found = list(faults(language))
    assert not found, "make words, then translate:\n" + "\n".join(found)
