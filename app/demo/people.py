"""Enters staff and families: accounts without a password, so nobody can sign in as one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from app.catalogue.kinds import Role
from app.demo.families import LARGEST, Family, Guardian, Pupil
from app.demo.names import naming
from app.demo.place import SECONDARY, School
from app.demo.register import Register

PUPIL_HAS_ADDRESS = 0.6
TEACHES_TOO = 0.02


@dataclass(frozen=True)
class Tie:
    """Between a guardian and one child, who goes to ``school``."""

    student_id: UUID
    school: School
    no_contact: bool = False


def staff(register: Register, random: Random, school: School) -> list[UUID]:
    """A teacher for each class and an admin in the office; gives the teachers."""
    office = _colleague(register, random, school)
    register.member(office, Role.ADMIN, school)
    teachers = []
    for grade in school.grades:
        for room in grade.classes:
            teacher = _colleague(register, random, school)
            register.member(teacher, Role.TEACHER, school)
            register.enrol(teacher, Role.TEACHER, school, room)
            teachers.append(teacher)
    return teachers


def _colleague(register: Register, random: Random, school: School) -> UUID:
    names = naming(random)
    name = f"{random.choice(names.adults)} {random.choice(names.surnames)}"
    address = f"{register.handle(name)}@{school.mail_domain}"
    return register.person(name, sign_in_name=address, addresses=[address])


def family(register: Register, random: Random, home: Family, teachers: list[UUID]) -> None:
    """Enter a family. Now and then its first guardian is one of the teachers, who has an account already."""
    shared = f"{register.handle('family ' + home.guardians[0].name)}@example.net" if home.shares_address else None
    pupils = [(pupil(register, random, child), child) for child in home.pupils]
    for number, guardian in enumerate(home.guardians):
        if number == 0 and teachers and len(pupils) < LARGEST and random.random() < TEACHES_TOO:
            account_id = teachers.pop(random.randrange(len(teachers)))
        else:
            account_id = _guardian(register, guardian, shared)
        ties = [Tie(student_id, child.school, guardian.no_contact) for student_id, child in pupils]
        responsible(register, account_id, guardian.relation, ties)


def pupil(register: Register, random: Random, child: Pupil, password_hash: str | None = None) -> UUID:
    """A pupil in a class. At primary school nobody has an address; later some have one of the school's."""
    handle = register.handle(child.name)
    has_address = child.grade.name in SECONDARY and random.random() < PUPIL_HAS_ADDRESS
    account_id = register.person(
        child.name,
        sign_in_name=handle,
        addresses=[f"{handle}@pupils.{child.school.mail_domain}"] if has_address else [],
        password_hash=password_hash,
    )
    register.member(account_id, Role.STUDENT, child.school, child.grade)
    register.enrol(account_id, Role.STUDENT, child.school, child.room)
    return account_id


def responsible(register: Register, guardian_id: UUID, relation: str, ties: Sequence[Tie]) -> None:
    """Make somebody a guardian; a parent only of a school where they may be told about some child."""
    for school in dict.fromkeys(tie.school for tie in ties if not tie.no_contact):
        register.member(guardian_id, Role.PARENT, school)
    for tie in ties:
        register.guardian(guardian_id, tie.student_id, tie.school, relation, no_contact=tie.no_contact)


def _guardian(register: Register, guardian: Guardian, shared: str | None) -> UUID:
    handle = register.handle(guardian.name)
    own = f"{handle}{guardian.mailbox}" if guardian.mailbox and not shared else None
    addresses = [address for address in (shared, own) if address]
    return register.person(guardian.name, sign_in_name=own or handle, addresses=addresses)
