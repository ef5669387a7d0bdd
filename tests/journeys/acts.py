"""What people do in the stories, in the words of the stories."""

from sqlalchemy import NullPool, create_engine, select

from app.notifications.models import NotificationLog
from app.settings import Settings
from tests.support.cast import Cast
from tests.support.pages import Person

GAS_LEAK = "Gas leak: the school has been evacuated"


def audience(cast: Cast) -> list[str]:
    """The guardians of three grades; Priya has a child in each."""
    return [f"guardians-of:grade:{grade}" for grade in cast.northfield.grades.values()]


def raise_alarm(admin: Person, cast: Cast, title: str = GAS_LEAK) -> str:
    """Compose, look at the preview, type the school's name, send. Gives the notification's id."""
    answer = admin.post_form(
        "/notifications/new",
        category="emergency",
        priority="emergency",
        title=title,
        body="Collect your children from the **Mill Lane gate**.",
        include=audience(cast),
    )
    assert answer.status_code == 200, answer.text
    answer = admin.press("/notifications/new", school_name="Northfield Primary")
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]


def ledger(settings: Settings, recipient_id: object) -> dict[str, str]:
    """Somebody's fates by channel, as another process sees them."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    rows = select(NotificationLog.channel, NotificationLog.status).where(NotificationLog.recipient_id == recipient_id)
    with engine.connect() as connection:
        return {channel.value: fate.value for channel, fate in connection.execute(rows)}
