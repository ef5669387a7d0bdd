"""Fills an empty database with the demo: all of it in one transaction, or nothing."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from app.demo import accounts_file, cast, notices, past, place, wishes
from app.demo.build import build
from app.demo.families import families
from app.demo.people import family, staff
from app.demo.register import ORDER, Register
from app.extensions import db
from app.identity.models import Account
from app.identity.passwords import hash_password
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.settings import Settings

SEED = 1869
OPEN_FOR = timedelta(days=90)

Tell = Callable[[int], None]
"""Is told how many pieces of the work were done since the last time."""


class NotEmptyError(Exception):
    """Somebody is here already: a demo would stand among real people."""


def pieces(students: int) -> int:
    """How many pieces of work ``fill`` will have told of: half of them people, half of them the past."""
    return 2 * students


def fill(settings: Settings, students: int, tell: Tell) -> None:
    """Seed the demo and write its sign-ins to ``demo-accounts.json``. Raises NotEmptyError.

    The same number of students gives the same district every time, but for keys, moments and passwords.
    """
    sign_ins = cast.sign_ins()
    hashes = {one.email: hash_password(one.password) for one in sign_ins}
    with unit_of_work() as session:
        if not is_empty():
            raise NotEmptyError
        moment = now()
        district = place.plan(students, moment.astimezone(ZoneInfo(place.TIME_ZONE)).date())
        build(session, district, moment - OPEN_FOR)
        people(Register(session, district, moment - OPEN_FOR), district, hashes, students, tell)
        take_stock(session)
        told = notices.of(district)
        for number, notice in enumerate(told):
            past.tell(session, district, notice, moment)
            tell(students * (number + 1) // len(told) - students * number // len(told))
        wishes.write(session, moment)
        # Before the commit: a demo without its passwords could never be entered, passwords without a demo do no harm.
        accounts_file.write(settings.data_dir, sign_ins)


def is_empty() -> bool:
    """Whether nobody has an account here."""
    return not db.session.scalar(select(exists(select(Account.id))))


def take_stock(session: Session) -> None:
    """Tell PostgreSQL how many there are: it would plan for a handful, and take an hour where a minute is enough.

    It listens to the tables' owner only, and passes over anybody else's wish with a warning.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {', '.join(model.__tablename__ for model in ORDER)}"))


def people(register: Register, district: place.District, hashes: Mapping[str, str], students: int, tell: Tell) -> None:
    """Enter everybody: first the cast, so that nobody else takes their names."""
    random = Random(SEED)  # noqa: S311 - repeatable is what is wanted; passwords come from secrets
    cast.enter(register, district, random, hashes)
    tell(len(cast.CHILDREN))
    teachers = [teacher for school in district.schools for teacher in staff(register, random, school)]
    for home in families(random, district, students - len(cast.CHILDREN)):
        family(register, random, home, teachers)
        tell(len(home.pupils))
    register.write()
