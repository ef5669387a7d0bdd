"""A school in which certain words stand wherever anybody can put any, by the ways that there are for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import zip_longest
from uuid import UUID

from flask import Flask
from sqlalchemy import select, update

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account, ContactAddress
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.mailer.models import Letter
from app.roster.models import District, Grade, Guardianship, School, SchoolClass, Term
from tests.notifications.people import fan_out
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.payloads import packed
from tests.support.smtp import Sink

LINE, NAME, A_TEXT = 200, 80, 3


def word_of(column: str) -> str:
    """What stands in this column and in no other, so that one sees where it is shown."""
    return "Word" + "".join(letter for letter in column.title() if letter.isalpha())


@dataclass
class Everywhere:
    """The office of Northfield writes ``payloads``, where anybody can: some to a text, as many as fit to a line."""

    app: Flask
    cast: Cast
    office: Client
    sink: Sink
    payloads: Sequence[str]
    sent: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines, self.names = packed(self.payloads, LINE), packed(self.payloads, NAME)
        self.texts = ["\n\n".join(self.payloads[at : at + A_TEXT]) for at in range(0, len(self.payloads), A_TEXT)]
        self.school_name = self.named("schools.name")
        self.token = self.office.csrf("/account")
        self.run = len(self.payloads)

    def named(self, column: str, at: int = -1, longest: int = LINE) -> str:
        word = word_of(column)
        return f"{self.lines[at][: longest - len(word) - 1]} {word}"

    def name_people_and_groups(self) -> None:
        """What comes from a register: no page takes it in yet."""
        with self.app.app_context(), unit_of_work() as session:
            for at, account in enumerate(session.scalars(select(Account))):
                account.name = self.lines[at % len(self.lines)]
            session.get_one(Account, self.cast.priya.id).name = self.named("accounts.name")
            session.execute(update(District).values(name=self.named("districts.name")))
            session.execute(update(School).values(name=self.school_name))
            for at, grade in enumerate(session.scalars(select(Grade))):
                grade.name = f"{at} {self.named('grades.name', at % len(self.lines), NAME - 3)}"
            for at, room in enumerate(session.scalars(select(SchoolClass))):
                room.name = self.named("classes.name", at % len(self.lines), NAME)
            session.execute(update(Guardianship).values(relation=word_of("guardianships.relation")))
            address = (
                f"{word_of('contact_addresses.address').lower()}\"><img/src='/xss'/onerror=alert(1)>@families.example"
            )
            session.execute(
                update(ContactAddress).where(ContactAddress.account_id == self.cast.priya.id).values(address=address)
            )
            school = session.get_one(School, self.cast.northfield.id)
            for at, line in enumerate(self.lines):
                who = factories.account(
                    school.district_id,
                    line,
                    f"{word_of('accounts.sign_in_name')}.{self.run}.{at}",
                    f"nobody{at}@families.example",
                )
                factories.membership(who, Role.TEACHER, school)
            day = now().date()
            session.add(
                Term(
                    id=new_id(),
                    district_id=school.district_id,
                    school_id=school.id,
                    name=word_of("terms.name"),
                    starts_on=day,
                    ends_on=day,
                )
            )

    def post(self, path: str, **fields: object) -> object:
        answer = self.office.post(path, data={"csrf_token": self.token, **fields})
        assert answer.status_code in {200, 303}, (path, answer.status_code)
        return answer

    def send(self, title: str, body: str, to: str, category: str = "reminder", **fields: str) -> UUID:
        """By the composer's form, as somebody who is sure."""
        words = {"title": title, "body": body, "category": category, "include": to, "school_name": self.school_name}
        data = {"csrf_token": self.token, "confirmed": "1", **words, **fields}
        answer = self.office.post("/notifications/new", data=data)
        assert answer.status_code == 303, (title, answer.status_code)
        self.sent.append(UUID(answer.location.rpartition("/")[2]))
        return self.sent[-1]

    def send_all(self, to: str) -> None:
        """Each text by itself, under a title of its own."""
        for text, line in zip_longest(self.texts, self.lines):
            self.send(line or self.lines[0], text or self.texts[0], to)
        title, body = (self.named(f"notifications.{name}") for name in ("title", "body"))
        link = f"https://school.example/{word_of('notifications.link')}?\"onmouseover='alert(1)'><xss"
        self.send(
            title,
            body,
            to,
            link=link,
            requires_acknowledgement="y",
            idempotency_key=f"{word_of('notifications.idempotency_key')}{self.run}",
        )
        self.arrive()

    def plan(self) -> list[str]:
        """What is scheduled, and what recurs: their pages."""
        tomorrow = now() + timedelta(days=1)
        link = f"https://school.example/{word_of('recurrences.link')}?\"onmouseover='alert(1)'><xss"
        words = {"title": self.named("recurrences.title"), "body": self.named("recurrences.body"), "link": link}
        who = {"category": "reminder", "include": "role:parent", "confirmed": "1", "csrf_token": self.token}
        key = {"idempotency_key": f"{word_of('recurrences.idempotency_key')}{self.run}"}
        rule = {"when": "again", "every": "workday", "at": "07:30", "starts_on": f"{tomorrow:%Y-%m-%d}"}
        again = self.office.post("/notifications/new", data={**who, **words, **key, **rule})
        said = {"title": self.lines[0], "body": "\n\n".join(self.texts), "scheduled_for": tomorrow.isoformat()}
        once = self.office.post("/notifications/new", data={**who, **said})
        assert (again.status_code, once.status_code) == (303, 303)
        return [str(answer.location) for answer in (again, once)]

    def fail(self) -> UUID:
        """Mail to everybody, which a relay refuses in many words."""
        said = [line.encode("ascii", "ignore").decode() for line in self.lines]
        for at, line in enumerate(said):
            self.sink.refuse(f"nobody{at}@families.example", f"{('550 5.1.1', '599')[at % 2]} {line}")
        self.sink.refuse("tom@belfry.example", f"599 {said[-1][:120]} {word_of('delivery_attempts.text')}")
        id_ = self.send(self.lines[0], self.texts[0], f"school:{self.cast.northfield.id}", "announcement")
        self.arrive()
        with self.app.app_context():
            while jobs.drain_mail():
                pass
            with unit_of_work() as session:
                session.execute(update(Letter).values(error_message=word_of("letters.error_message")))
        return id_

    def arrive(self) -> None:
        with self.app.app_context():
            fan_out()
            db.session.remove()

    def keep_texts_and_drafts(self) -> None:
        """Templates and drafts, by their own forms."""
        for at, (name, line) in enumerate(zip(self.names, self.lines * 9, strict=False)):
            self.post(
                "/notifications/templates/new",
                name=name[:76] + f" {at}",
                category="reminder",
                title=line,
                body=self.texts[at % len(self.texts)],
            )
        words = {name: self.named(f"message_templates.{name}", 0, NAME) for name in ("name", "title", "body")}
        self.post("/notifications/templates/new", category="reminder", **words)
        for at in range(min(40, len(self.lines))):
            self.keep_draft(
                title=self.lines[at],
                body="\n\n".join(self.texts[at::40]),
                category=self.names[at][:19],
                include=self.names[at],
            )
        self.keep_draft(
            title=self.named("saved_drafts.fields"),
            body=self.texts[0],
            expires_at=self.names[0],
            priority=self.names[-1],
            link=self.lines[0],
        )

    def keep_draft(self, **fields: str) -> None:
        marks = {"draft": str(new_id()), "draft_page": str(new_id()), "draft_step": "1", "draft_seen": ""}
        answer = self.office.post(
            "/notifications/drafts", data={"csrf_token": self.token, **marks, **fields}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 200, answer.status_code
