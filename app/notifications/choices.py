"""The groups of people that the composer offers, and what those that were chosen are called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from app.notifications.kinds import ROLES, Group, Scope, Term
from app.notifications.names import names_of
from app.notifications.words import term_words
from app.roster import queries as roster
from app.roster.kinds import Hat
from app.roster.models import Grade, SchoolClass


@dataclass(frozen=True)
class Option:
    """What may be addressed; ``detail`` tells two of the same name apart."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Choice:
    label: str
    options: list[Option]


def choices_for(hat: Hat) -> list[Choice]:
    """What may be addressed under this hat without looking for it."""
    if not hat.school_id:
        schools = [option(Term(Group.SCHOOL, school.id), school.name) for school in roster.schools_of(hat.district_id)]
        return [Choice(_("All schools"), [*roles(), *schools])]
    everybody = option(Term(Group.SCHOOL, hat.school_id), hat.school_name)
    offered = [
        Choice(_("The whole school"), [everybody, *roles()]),
        Choice(_("Year groups"), _each_twice(Group.GRADE, roster.grades_of(hat.school_id))),
        Choice(_("Classes"), _each_twice(Group.CLASS, roster.classes_of(hat.school_id))),
    ]
    return [choice for choice in offered if choice.options]


def whole_school(hat: Hat) -> str:
    """The term for everybody under this hat; empty for a district, where it would be too many."""
    return str(Term(Group.SCHOOL, hat.school_id)) if hat.school_id else ""


def chosen(texts: Iterable[str], scope: Scope) -> list[Option]:
    """The terms among ``texts`` by their names; what is not in scope, or no term, is not there."""
    terms = [term for text in dict.fromkeys(texts) if (term := Term.parse(text))]
    names = names_of(terms, scope)
    return [
        option(term, names[term.group, term.id] if term.id else "")
        for term in terms
        if not term.id or (term.group, term.id) in names
    ]


def roles() -> list[Option]:
    return [option(Term(Group.ROLE, role=role)) for role in ROLES.values()]


def pair(group: Group, id_: UUID, name: str, detail: str = "") -> list[Option]:
    """The guardians, who are meant most often, and the group itself."""
    return [option(Term(group, id_, guardians_of=guardians_of), name, detail) for guardians_of in (True, False)]


def option(term: Term, name: str = "", detail: str = "") -> Option:
    if term.group is Group.PERSON:
        return Option(str(term), _("Guardians of %(name)s", name=name) if term.guardians_of else name, detail)
    words = term_words(term, name)
    return Option(str(term), words[:1].upper() + words[1:], detail)


def _each_twice(group: Group, things: Sequence[Grade | SchoolClass]) -> list[Option]:
    return [option for thing in things for option in pair(group, thing.id, thing.name)]
