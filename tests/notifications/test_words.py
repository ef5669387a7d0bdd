"""What things are called."""

from itertools import product

import pytest
from flask import Flask

from app.catalogue.kinds import Category, Channel
from app.catalogue.words import CHANNELS
from app.kernel.ids import new_id
from app.mailer.kinds import Fault
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Fate, Problem, Status
from app.notifications.problem_words import PROBLEMS, TERMS, problem_words
from app.notifications.words import (
    FATES,
    REASONS,
    STATUSES,
    WISH_WORDS,
    addressed_words,
    reason_words,
)
from app.preferences.kinds import WISHES, Reason
from app.preferences.rules import obstacles

A, B, C, D = (f"class:{new_id()}" for _ in range(4))
NAMES = {A: "1A", B: "2B", C: "3C", D: "4D"}


@pytest.mark.parametrize(
    ("include", "children", "words"),
    [
        ([A], [], "to class 1A"),
        ([f"guardians-of:{A}"], ["Mina"], "to guardians of class 1A; you get it for Mina"),
        (["role:parent", A], ["Mina", "Noor"], "to guardians and class 1A; you get it for Mina and Noor"),
        ([A, B, C], [], "to class 1A, class 2B and class 3C"),
        ([A, B, C, D], [], "to class 1A, class 2B, class 3C and 1 other group"),
        (["guardians-of:role:student", "role:parent"], [], "to guardians"),
        ([f"guardians-of:person:{new_id()}", A], [], "to guardians chosen by name and class 1A"),
        ([f"person:{new_id()}", f"person:{new_id()}"], [], "to people chosen by name"),
        ([], ["Mina"], "you get it for Mina"),
        ([], [], ""),
        (["nonsense"], [], ""),
    ],
)  # fmt: skip
def test_why_somebody_has_a_copy(app: Flask, include: list[str], children: list[str], words: str) -> None:
    with app.test_request_context():
        assert addressed_words({"include": include, "names": NAMES}, children) == words


def test_everything_has_a_name(app: Flask) -> None:
    assert (set(CHANNELS), set(FATES), set(STATUSES)) == (set(Channel), set(Fate), set(Status))


def test_every_fault_of_a_mail_is_told_in_the_readers_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(Fault) <= set(REASONS)
    monkeypatch.setitem(REASONS, Fault.NO_ANSWER, "le relais ne répond pas")
    with app.test_request_context():
        assert (
            reason_words("the mail relay did not answer in time (TimeoutError)")
            == "le relais ne répond pas (TimeoutError)"
        )
        assert reason_words("550 5.1.1 no such user: the mail address cannot be used") == (
            "550 5.1.1 no such user: the mail address cannot be used"
        )
        assert (reason_words(None), reason_words(""), reason_words("offline")) == ("", "", "no page of theirs was open")


def test_every_reason_has_words_and_every_wish_is_told_in_full(app: Flask) -> None:
    assert set(Reason) <= set(REASONS)
    said = {
        (reason, category, channel)
        for category, channel in product(Category, Channel)
        for reason in set(WISHES.values()) & set(obstacles(category, channel))
        if reason is not Reason.UNSUBSCRIBED or channel is Channel.EMAIL
    }
    assert said == set(WISH_WORDS)
    with app.test_request_context():
        assert reason_words("switched_off", Category.REMINDER, Channel.IN_APP) == "switched reminders off"
        assert reason_words("switched_off") == "switched this off"


def test_every_problem_has_words_and_a_field(app: Flask) -> None:
    with app.test_request_context():
        form = ComposeForm(formdata=None)
        for field, reason in [*PROBLEMS, *(("include", reason) for reason in TERMS)]:
            assert "%(" not in problem_words(Problem(field, reason, "200"))
            assert field in form
