"""What the two schools have told people in the last two months: nobody gets more than ten."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from uuid import UUID

from app.catalogue.kinds import Category, Priority, Role
from app.demo.cast import OLU, PRIYA
from app.demo.place import SECONDARY, District, Grade, School
from app.notifications.kinds import Audience, Group, Term


def to_roles(*roles: Role) -> Audience:
    return Audience(tuple(Term(Group.ROLE, role=role) for role in roles))


def to_guardians(group: Group, group_id: UUID) -> Audience:
    return Audience((Term(group, group_id, guardians_of=True),))


FAMILIES_AND_STAFF = to_roles(Role.PARENT, Role.TEACHER, Role.ADMIN)
EVERYBODY = to_roles(Role.PARENT, Role.TEACHER, Role.ADMIN, Role.STUDENT)
TEACHERS = to_roles(Role.TEACHER)


@dataclass(frozen=True)
class Notice:
    """Who: ``audience`` within the school (without one: the district) or, where it is None, the ``person``."""

    title: str
    body: str
    days_ago: int
    at: time
    school: School | None = None
    category: Category = Category.ANNOUNCEMENT
    priority: Priority = Priority.NORMAL
    asks: bool = False
    lasts: timedelta | None = None
    audience: Audience | None = None
    person: str = ""


def of(district: District) -> list[Notice]:
    """All of them, the oldest first."""
    told = [_training_days(), *_northfield(district.northfield), *_hillside(district.hillside)]
    for school in district.schools:
        for position, grade in enumerate(school.grades):
            told += (
                _of_grade(school, grade, 11 + 4 * position) if position % 2 else _of_classes(school, grade, position)
            )
    return sorted(told, key=lambda notice: -notice.days_ago)


def _training_days() -> Notice:
    return Notice(
        "Staff training days: schools are closed to pupils",
        "All schools of the district are closed to pupils on five days this year, so that staff can train.\n\n"
        "The dates are in your school’s calendar. Breakfast and after-school clubs do not run on these days.",
        days_ago=58,
        at=time(9, 15),
        audience=EVERYBODY,
    )


def _northfield(school: School) -> Iterator[Notice]:
    yield Notice(
        "Lunch menu for the next three weeks",
        "Three weeks of lunches, with **halal, vegetarian and nut-free** dishes every day.\n\n"
        "- Monday is pasta day.\n- Fish is on Fridays.\n- Packed lunches are as welcome as ever: no nuts, please.",
        days_ago=51,
        at=time(12, 5),
        school=school,
        audience=FAMILIES_AND_STAFF,
    )
    yield Notice(
        "Closed today: burst water main in School Road",
        "A water main has burst and the school has no water. **Please keep your children at home today.**\n\n"
        "Children who are here already are in the hall, warm and dry. Collect them from the Mill Lane gate.",
        days_ago=19,
        at=time(8, 32),
        school=school,
        category=Category.EMERGENCY,
        priority=Priority.EMERGENCY,
        asks=True,
        lasts=timedelta(hours=7),
        audience=FAMILIES_AND_STAFF,
    )
    yield Notice(
        "School closes at 13:00 on Friday next week: heating repair",
        "The boiler is being replaced that afternoon. Please collect your children from the **main gate** at 13:00.\n\n"
        "- Lunch is served at 11:45 as usual.\n- Breakfast club runs; after-school clubs do not.\n"
        "- Cannot come at 13:00? Tell the office the day before. The hall stays warm until 15:30.",
        days_ago=2,
        at=time(10, 34),
        school=school,
        priority=Priority.HIGH,
        asks=True,
        audience=FAMILIES_AND_STAFF,
    )
    yield Notice(
        "Staff meeting moves to the library",
        "The hall is taken by the book fair, so this week’s meeting is in the library. Same time.",
        days_ago=12,
        at=time(15, 10),
        school=school,
        category=Category.REMINDER,
        priority=Priority.LOW,
        audience=TEACHERS,
    )
    yield Notice(
        "Thank you for helping at the book fair",
        "We sold 214 books, and the library keeps a tenth of what was taken. Thank you for your Saturday!",
        days_ago=5,
        at=time(14, 20),
        school=school,
        person=PRIYA,
    )


def _hillside(school: School) -> Iterator[Notice]:
    yield Notice(
        "Parents’ evening: book your slots",
        "Ten minutes a subject, from 16:30 to 19:30. Slots are given out at the reception desk or by telephone.\n\n"
        "Please come *with* your son or daughter: the talk is about them.",
        days_ago=47,
        at=time(13, 40),
        school=school,
        audience=EVERYBODY,
    )
    yield Notice(
        "Smell of gas in the science block: everybody is out and safe",
        "The science block has been cleared and the fire service is here. **Nobody is hurt.**\n\n"
        "Please do not come to the school and do not ring: the line is needed. Lessons go on in the main building.",
        days_ago=26,
        at=time(11, 12),
        school=school,
        category=Category.EMERGENCY,
        priority=Priority.EMERGENCY,
        asks=True,
        lasts=timedelta(hours=4),
        audience=EVERYBODY,
    )
    yield Notice(
        "School buses leave ten minutes earlier",
        "From next week the 14 and the 27 leave the school at **15:25**. Morning times stay as they are.",
        days_ago=4,
        at=time(9, 50),
        school=school,
        priority=Priority.HIGH,
        audience=EVERYBODY,
    )
    yield Notice(
        "Cover for absent colleagues",
        "Who stands in for whom is on the board in the staff room by 8:10 each morning.",
        days_ago=9,
        at=time(8, 45),
        school=school,
        category=Category.REMINDER,
        priority=Priority.LOW,
        audience=TEACHERS,
    )
    yield Notice(
        "A place for Ife in the violin group",
        "A place has come free on Thursdays after school. It is hers if you tell us by the end of the week.",
        days_ago=6,
        at=time(14, 5),
        school=school,
        asks=True,
        person=OLU,
    )


TRIPS = (
    ("Trip to Kirkstall Abbey: your consent, please", "We leave at 9:10 and are back by 14:45."),
    ("Trip to the Industrial Museum: your consent, please", "We go by train from the station at 9:25."),
    ("Swimming starts: your consent, please", "Twelve lessons at the town baths, a towel and a costume are needed."),
)
CLASSWORK = (
    ("Bring a photo from when you were a baby", "A print or a copy is fine; we give it back at the end of the week."),
    ("The reading log is due on Friday", "Ten minutes with any book count."),
    ("PE is outdoors this week", "Trainers and something warm, please; a spare pair of socks is never wrong."),
    ("Spelling test on Thursday", "The twelve words are on the sheet in the blue folder."),
)
HOMEWORK = (
    ("Coursework is due on Friday", "Who needs more time asks before, not after."),
    ("Bring a calculator on Thursday", "Any kind will do, as long as it is not on a phone."),
)


def _of_grade(school: School, grade: Grade, days_ago: int) -> list[Notice]:
    title, first = TRIPS[days_ago % len(TRIPS)]
    body = f"{first} A packed lunch and a warm coat are needed.\n\nPlease confirm: without it your child stays here."
    return [
        Notice(title, body, days_ago, time(10, 15), school, asks=True, audience=to_guardians(Group.GRADE, grade.id))
    ]


def _of_classes(school: School, grade: Grade, position: int) -> list[Notice]:
    words = HOMEWORK if grade.name in SECONDARY else CLASSWORK
    title, body = words[position // 2 % len(words)]
    notice = Notice(title, body, 3 + position, time(8, 50), school, Category.REMINDER)
    return [
        replace(notice, audience=to_guardians(Group.CLASS, room.id), at=time(8 + number % 7, 50))
        for number, room in enumerate(grade.classes)
    ]
