"""All that a report says of a notification as a whole: for its page, and for the pages that hear of a change."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.notifications.chain import find_correction
from app.notifications.models import Notification
from app.notifications.rules import GOT_THROUGH
from app.reports import again, counts, curve, queries, reach, recipients
from app.reports.kinds import Curve, Filter, People, Person, Progress, SentAgain, Show, TakenBack
from app.reports.people import persons
from app.reports.queries import AnyRow

MISSED_SHOWN = 5


@dataclass(frozen=True)
class Report:
    """``missed`` are the first of those whom nothing has reached; ``failed`` is with how many people something did.

    To ``again`` of those missed it may be sent once more; ``sent_again`` is the last time that it was.
    ``taken_back`` is None while it stands; ``correction`` has taken its place, as it has that of ``corrected``.
    """

    notification: Notification
    people: People
    deliveries: counts.Deliveries
    progress: Progress
    curve: Curve
    missed: Sequence[Person]
    failed: int
    taken_back: TakenBack | None
    again: int
    sent_again: SentAgain | None
    correction: Notification | None
    corrected: Notification | None

    @property
    def mails_out(self) -> int:
        """How many mails have left."""
        mail = self.deliveries.get(Channel.EMAIL, {})
        return sum(mail.get(fate, 0) for fate in GOT_THROUGH[Channel.EMAIL])


def report_of(head: AnyRow) -> Report:
    notification: Notification = head.Notification
    id_ = notification.id
    people = reach.people(id_, notification.category)
    counted = counts.deliveries([id_])
    progress = counts.progress_of([head], {id_: people}, counted)[id_]
    return Report(
        notification,
        people,
        counted[id_],
        progress,
        curve.curve(notification, people),
        _missed(notification) if people.missed else (),
        recipients.count_failed(id_),
        queries.find_withdrawal(id_) if notification.withdrawn_at else None,
        again.count(notification, now()) if people.missed else 0,
        again.find_last(id_),
        find_correction(id_) if notification.withdrawn_at else None,
        db.session.get(Notification, notification.corrects_id) if notification.corrects_id else None,
    )


def _missed(notification: Notification) -> Sequence[Person]:
    filter_ = Filter(Show.MISSED)
    return persons(notification, recipients.page(notification, filter_, None, MISSED_SHOWN).items, filter_)
