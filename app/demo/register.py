"""Writes people down in batches, so that a district of any size takes the same memory."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.catalogue.kinds import Role
from app.demo.names import plain
from app.demo.place import Class, District, Grade, School
from app.extensions import Base
from app.identity.kinds import AddressKind
from app.identity.models import Account, ContactAddress
from app.kernel.ids import new_id
from app.roster.models import Enrolment, Guardianship, Membership

BATCH = 5_000
# In this order no row ever points to one that is not written yet.
ORDER: tuple[type[Base], ...] = (Account, ContactAddress, Membership, Enrolment, Guardianship)


class Register:
    """The people of one district, since ``since``. Call ``write`` when all are entered."""

    def __init__(self, session: Session, district: District, since: datetime) -> None:
        self._session, self._district, self._since = session, district, since
        self._waiting: dict[type[Base], list[dict[str, Any]]] = {model: [] for model in ORDER}
        self._namesakes: Counter[str] = Counter()

    def person(
        self, name: str, *, sign_in_name: str, addresses: Sequence[str] = (), password_hash: str | None = None
    ) -> UUID:
        """Enter somebody; gives the account's id."""
        account_id = new_id()
        self._add(
            Account,
            id=account_id,
            name=name,
            sign_in_name=sign_in_name,
            password_hash=password_hash,
            created_at=self._since,
        )
        for position, address in enumerate(addresses):
            self._add(
                ContactAddress,
                account_id=account_id,
                kind=AddressKind.EMAIL,
                address=address,
                position=position,
                created_at=self._since,
            )
        return account_id

    def member(self, account_id: UUID, role: Role, school: School | None, grade: Grade | None = None) -> None:
        self._add(
            Membership,
            account_id=account_id,
            school_id=school and school.id,
            role=role,
            grade_id=grade and grade.id,
            started_at=self._since,
        )

    def enrol(self, account_id: UUID, role: Role, school: School, room: Class) -> None:
        """For the current term and those to come; nobody was here in the one before."""
        for term in school.terms[1:]:
            self._add(
                Enrolment,
                account_id=account_id,
                school_id=school.id,
                class_id=room.id,
                term_id=term.id,
                role=role,
                started_at=self._since,
            )

    def guardian(
        self, guardian_id: UUID, student_id: UUID, school: School, relation: str, *, no_contact: bool = False
    ) -> None:
        self._add(
            Guardianship,
            guardian_id=guardian_id,
            student_id=student_id,
            school_id=school.id,
            relation=relation,
            no_contact=no_contact,
            started_at=self._since,
        )

    def handle(self, name: str) -> str:
        """A user name nobody else has: the second Amina Khan is ``amina.khan2``."""
        handle = plain(name)
        self._namesakes[handle] += 1
        return handle if self._namesakes[handle] == 1 else f"{handle}{self._namesakes[handle]}"

    def write(self) -> None:
        """Write what waits."""
        connection = self._session.connection()
        for model, rows in self._waiting.items():
            if rows:
                connection.execute(insert(model.__table__), rows)  # type: ignore[arg-type]
                rows.clear()

    def _add(self, model: type[Base], **values: Any) -> None:
        self._waiting[model].append({"district_id": self._district.id, **values})
        if len(self._waiting[model]) >= BATCH:
            self.write()
