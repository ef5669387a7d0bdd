"""The groups of people that the composer offers."""

from collections.abc import Iterable
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
    value: str
    label: str


@dataclass(frozen=True)
class Choice:
    label: str
    options: list[Option]


def choices_for(hat: Hat, chosen: Iterable[str]) -> list[Choice]:
    """What may be addressed under this hat; people are offered only when they were named already."""
    offered = [_school(hat.school_id, hat.school_name) if hat.school_id else _district(hat.district_id)]
    if hat.school_id:
        offered.append(Choice(_("Year groups"), _pairs(Group.GRADE, roster.grades_of(hat.school_id))))
        offered.append(Choice(_("Classes"), _pairs(Group.CLASS, roster.classes_of(hat.school_id))))
    offered.append(_named(Scope(hat.district_id, hat.school_id), chosen))
    return [choice for choice in offered if choice.options]


def _school(school_id: UUID, name: str) -> Choice:
    return Choice(_("The whole school"), [_option(Term(Group.SCHOOL, school_id), name), *_roles()])


def _district(district_id: UUID) -> Choice:
    schools = [_option(Term(Group.SCHOOL, school.id), school.name) for school in roster.schools_of(district_id)]
    return Choice(_("All schools"), [*_roles(), *schools])


def _roles() -> list[Option]:
    return [_option(Term(Group.ROLE, role=role)) for role in ROLES.values()]


def _pairs(group: Group, things: Iterable[Grade | SchoolClass]) -> list[Option]:
    """Each twice: the guardians, who are meant most often, and the group itself."""
    return [
        _option(Term(group, thing.id, guardians_of=guardians_of), thing.name)
        for thing in things
        for guardians_of in (True, False)
    ]


def _named(scope: Scope, chosen: Iterable[str]) -> Choice:
    terms = [term for text in chosen if (term := Term.parse(text)) and term.group is Group.PERSON]
    names = names_of(terms, scope)
    known = [(term, names[Group.PERSON, term.id]) for term in terms if term.id and (Group.PERSON, term.id) in names]
    return Choice(
        _("People by name"),
        [
            Option(str(term), _("guardians of %(name)s", name=name) if term.guardians_of else name)
            for term, name in known
        ],
    )


def _option(term: Term, name: str = "") -> Option:
    words = term_words(term, name)
    return Option(str(term), words[:1].upper() + words[1:])
