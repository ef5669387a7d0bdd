"""An index serves each hot query. The real function runs on a crowded database; what it sent is then explained."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.admin import measures, unreachable
from app.admin import queries as office
from app.admin.live import sending_now
from app.admin.watch import OLDEST, wellness
from app.catalogue.kinds import Category, Channel
from app.drafts import queries as drafts
from app.drafts.save import forget
from app.extensions import db
from app.identity import queries as identity
from app.identity import sessions
from app.identity.kinds import EndReason
from app.identity.models import UserSession
from app.inbox import corrections, emergencies
from app.inbox import queries as inbox
from app.inbox.kinds import Filter, Show
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.kernel.tokens import digest
from app.kernel.unit_of_work import unit_of_work
from app.library import queries as library
from app.library.kinds import Shelf
from app.mailer import claim as mail_claim
from app.mailer import queries as mailer
from app.mailer.events import LetterClaimed
from app.mailer.expire import expire
from app.mailer.feedback import take_in
from app.mailer.kinds import Report, Reported, Source
from app.notifications import chain, deliver, digest_queries, digests, fan_out, fan_outs, planned, telling, withdrawing
from app.notifications.access import scopes_of
from app.notifications.kinds import Scope
from app.notifications.mail_to_come import mail_to_come
from app.notifications.models import Notification, NotificationRecipient
from app.notifications.recurring import queries as recurring
from app.preferences import addresses as preferred_addresses
from app.preferences import queries as preferences
from app.preferences.events import TimesChosen
from app.preferences.kinds import Times
from app.preferences.times import find_times
from app.realtime import queries as realtime
from app.reports import again, counts, curve, reach, recipients
from app.reports import queries as reports
from app.reports.kinds import Filter as PeopleFilter
from app.reports.kinds import People, SentFilter
from app.reports.kinds import Show as Which
from app.reports.people import persons
from tests.architecture.crowded import BEGAN, TOKEN, fill
from tests.architecture.plans import partial_indexes, read_whole
from tests.support.databases import PostgresDatabase, SqliteDatabase
from tests.support.fixtures_ground import BACKENDS
from tests.support.migrations import settings_for
from tests.support.statements import overheard

LATELY = BEGAN + timedelta(days=333)
"""Eight hours before the last of the crowd's notifications: few enough that no planner thinks of reading all."""
SMALL = {"districts", "schools", "live_counter", "heartbeats"}
"""Of these there are few rows: reading them whole is right."""


@dataclass(frozen=True)
class World:
    """Somebody and something of the crowd."""

    person: UUID
    others: list[UUID]
    notification: Notification
    session: UUID
    scope: Scope

    @property
    def district(self) -> Scope:
        return Scope(self.scope.district_id, None)


def people_shown(filter_: PeopleFilter, w: World) -> object:
    return recipients.page(w.notification, filter_, None)


def told_of(external_id: str) -> object:
    return take_in(Report(Source.RESEND, Reported.BOUNCED, "a@b.example", "", now(), None, external_id))


HOT: dict[str, Callable[[World], object]] = {
    "inbox": lambda w: inbox.opening(w.person),
    "inbox, second page": lambda w: inbox.opening(w.person, Filter(), (now(), w.notification.id)),
    "inbox, unread": lambda w: inbox.opening(w.person, Filter(Show.UNREAD)),
    "inbox, to confirm": lambda w: inbox.opening(w.person, Filter(Show.TO_CONFIRM)),
    "inbox, archived": lambda w: inbox.opening(w.person, Filter(Show.ARCHIVED)),
    "inbox, of a kind": lambda w: inbox.opening(w.person, Filter(category=Category.SYSTEM)),
    "inbox, of a school": lambda w: inbox.opening(w.person, Filter(school_id=w.scope.school_id)),
    "inbox, of a child": lambda w: inbox.opening(w.person, Filter(child_id=w.others[1])),
    "inbox, search": lambda w: inbox.opening(w.person, Filter(text="please 77"), locales=["en", "es"]),
    "inbox, search in the archive": lambda w: inbox.opening(w.person, Filter(Show.ARCHIVED, text="please")),
    "inbox, the latest": lambda w: inbox.latest(w.person, 5),
    "inbox, counts": lambda w: inbox.counts(w.person),
    "inbox, pins": lambda w: inbox.pinned_ids(w.person),
    "inbox, read all": lambda w: db.session.execute(inbox.unread_ids(w.person, Filter(category=Category.SYSTEM))),
    "one item": lambda w: inbox.find_item(w.person, w.notification.id),
    "items of those who look": lambda w: inbox.items_of(w.others, [w.notification.id]),
    "what has corrected somebody's": lambda w: corrections.find_later(w.person, w.notification.id),
    "what somebody's corrects": lambda w: corrections.find_earlier(w.person, w.notification.id),
    "emergencies that were corrected": lambda w: emergencies.corrected([w.notification.id]),
    "what has corrected one": lambda w: chain.find_correction(w.notification.id),
    "mails of what it corrects": lambda w: chain.headers_of(w.notification, w.person),
    "badge": lambda w: inbox.unread_count(w.person),
    "badges of those who look": lambda w: inbox.unread_counts(w.others),
    "to confirm, of those who look": lambda w: inbox.to_confirm_counts(w.others),
    "glance": lambda w: emergencies.glance(w.person),
    "emergencies that last": lambda w: emergencies.lasting(w.person),
    "emergencies that last, of those who look": lambda w: emergencies.lasting_of(w.others),
    "changes": lambda w: emergencies.concerned(w.others, [w.notification.id]),
    "drafts": lambda w: drafts.drafts_of(w.person),
    "drafts, their number": lambda w: drafts.count_of(w.person),
    "one draft": lambda w: drafts.find(w.notification.id, w.person),
    "drafts that are forgotten": lambda _w: in_unit(lambda: forget(BEGAN)),
    "ready texts": lambda w: library.texts_for(Shelf(w.scope.district_id, w.person)),
    "one ready text": lambda w: library.find(w.notification.id, Shelf(w.scope.district_id, w.person)),
    "a ready text's name": lambda w: library.find_called("Text 7", Shelf(w.scope.district_id, w.person)),
    "guard": lambda _w: identity.find_by_token(digest(TOKEN), now()),
    "guard, a stranger": lambda _w: identity.find_by_token(digest("nobody's"), now()),
    "ended sessions": lambda w: identity.ended_among([w.session], now()),
    "devices": lambda w: identity.sessions_of(w.person),
    "sign-in ends the other session": lambda w: in_unit(lambda: sessions.end_all(w.person, EndReason.LOGOUT)),
    "claim of a letter": lambda _w: mail_claim.claim_next(Lane.MAIL),
    "claim of a fan-out": lambda _w: fan_out.claim(Lane.BULK),
    "reports of mails, due": lambda _w: mailer.reports_due(200),
    "a mail by the name that a relay gave it": lambda _w: told_of("nobody"),
    "an address that may be dead": lambda w: preferred_addresses.find_missing(w.person),
    "sweep of letters": lambda _w: [db.session.execute(mailer.lapsed(now(), 500)).all(), mailer.is_due(Lane.MAIL)],
    "sweep of fan-outs": lambda _w: db.session.scalar(fan_outs.waiting(Lane.BULK, now()).limit(1)),
    "sweep of what is settled": lambda _w: deliver.settle(),
    "sweep of alerts that are over": lambda _w: deliver.expire(),
    "what follows from withdrawals": lambda _w: withdrawing.work(),
    "whose digest is due": lambda _w: db.session.scalar(digest_queries.due(now()).limit(1)),
    "who gets a digest now": lambda _w: digest_queries.lock(now(), 100),
    "what waits for digests": lambda w: digest_queries.waiting(w.others, now()),
    "lines of a digest": lambda w: [digest_queries.lines(w.person, now()), digest_queries.contents(w.person)],
    "rows of a letter": lambda w: in_unit(lambda: deliver.mail_claimed(LetterClaimed(w.person))),
    "a new time for what waits": lambda w: in_unit(
        lambda: digests.retime(TimesChosen(w.person, Times("UTC", digest_at=0)))
    ),
    "when somebody wants mail": lambda w: find_times(w.person),
    "mail that waits for somebody": lambda w: mail_to_come(w.person),
    "receipts": lambda w: deliver.received([(person, w.notification.id) for person in w.others]),
    "what somebody wants": lambda w: preferences.said_by(w.person),
    "one wish": lambda w: preferences.is_switched_off(w.person, Category.ANNOUNCEMENT, Channel.EMAIL),
    "whose language": lambda w: identity.readers(w.others),
    "what is scheduled and due": lambda _w: db.session.scalars(planned.due(now(), 100)).all(),
    "what is planned": lambda w: [planned.coming(w.scope), planned.count_coming(w.scope)],
    "what has not left": lambda w: planned.ended(w.scope, BEGAN),
    "what recurs and is due": lambda _w: db.session.scalars(recurring.due(now(), 100)).all(),
    "what recurs": lambda w: recurring.going_on(w.scope),
    "letters that expire": lambda _w: expire(),
    "report": lambda w: reports.find(w.notification.id, w.scope),
    "report, to whom it may be sent again": lambda w: again.count(w.notification, w.notification.created_at),
    "report, when it was sent again": lambda w: again.find_last(w.notification.id),
    "report, how it was withdrawn": lambda w: reports.find_withdrawal(w.notification.id),
    "report, deliveries": lambda w: counts.deliveries([w.notification.id]),
    "report, reach": lambda w: reach.people(w.notification.id, w.notification.category),
    "report, pace": lambda w: counts.paces([w.notification.id], now()),
    "report, curve": lambda w: curve.curve(w.notification, People(5, read=5)),
    "report, people": lambda w: persons(w.notification, w.others, PeopleFilter()),
    "report, with whom it failed": lambda w: recipients.count_failed(w.notification.id),
    **{f"report, {show}": partial(people_shown, PeopleFilter(show)) for show in Which},
    "report, people of a name": partial(people_shown, PeopleFilter(Which.MISSED, name="son 1")),
    "what was sent": lambda w: reports.sent(w.scope, SentFilter(), w.person, None),
    "what was sent in a district": lambda w: reports.sent(
        Scope(w.scope.district_id, None), SentFilter(), w.person, None
    ),
    "what was sent by me": lambda w: reports.sent(w.scope, SentFilter(mine=True), w.person, None),
    "what is being sent": lambda w: reports.on_their_way(w.scope, 10),
    "lines of a list that changed": lambda w: reports.among([w.notification.id], w.scope),
    "readers of a list": lambda w: counts.readings([w.notification.id]),
    "home, the week": lambda w: office.week(w.scope, LATELY),
    "home, what failed": lambda w: office.failures(w.scope, LATELY),
    "home, who can be reached": lambda w: unreachable.reachable(w.scope),
    "home, who cannot": lambda w: unreachable.page(w.scope, None),
    "home, sign-ins": lambda w: office.sign_ins(w.scope, BEGAN, 8),
    "home, what is being sent": lambda w: sending_now(w.scope),
    "work that waits": lambda _w: [db.session.scalar(select(oldest(lane, now()))) for lane, oldest in OLDEST.items()],
    "how well it is": lambda _w: wellness(),
    "measures, what is due": lambda _w: measures.due_now(now()),
    "measures, what is in hand": lambda _w: measures.in_hand(),
    "measures, letters of a day": lambda _w: measures.letters_lately(BEGAN + timedelta(days=333)),
    "measures, what missed its time": lambda _w: measures.missed_lately(now()),
    "who looks at a report": lambda w: scopes_of([w.session]),
    "telling of reports": lambda _w: telling.tell(),
    "telling of reports that is late": lambda _w: telling.tell_late(),
    "a report that changed": lambda w: in_unit(lambda: telling.changed([w.notification.id])),
    "what happened since": lambda _w: realtime.happenings_between(39_950, 40_000),
}


def in_unit(act: Callable[[], None]) -> None:
    with unit_of_work():
        act()


@pytest.fixture(scope="module", params=BACKENDS)
def crowded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Flask]:
    """An app on a crowded database of its own, which all tests of this module look at."""
    directory = tmp_path_factory.mktemp("crowded")
    if request.param == "sqlite":
        sqlite = SqliteDatabase.in_directory(directory)
        sqlite.reset()
        fill(sqlite.url)
        app = create_app(settings_for(sqlite.url, directory))
    else:
        cluster = request.getfixturevalue("cluster")
        postgres = PostgresDatabase.from_template(cluster, f"crowded_{worker_id}", directory)
        fill(cluster.url(postgres.name, "postgres"))
        app = create_app(settings_for(postgres.url, directory, postgres.migration_url))
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="module")
def world(crowded: Flask) -> World:
    copy = NotificationRecipient
    notification = db.session.scalars(select(Notification).order_by(Notification.id).limit(1)).one()
    people = list(db.session.scalars(select(copy.recipient_id).where(copy.notification_id == notification.id).limit(9)))
    session = db.session.scalars(
        select(UserSession.id).where(UserSession.user_id == people[0], UserSession.is_active)
    ).first()
    db.session.expunge_all()
    assert session
    return World(people[0], people, notification, session, Scope(notification.district_id, notification.school_id))


@pytest.mark.parametrize("question", HOT)
def test_an_index_serves(question: str, crowded: Flask, world: World) -> None:
    with overheard() as statements:
        HOT[question](world)
        db.session.rollback()
    assert statements, "nothing was asked"
    with db.engine.connect() as connection:
        partial = partial_indexes(connection)
        for statement in statements:
            found = set(read_whole(connection, statement, partial)) - SMALL
            assert not found, f"reads {found} from end to end:\n{statement[0]}"


def test_a_query_without_an_index_is_found_out(crowded: Flask) -> None:
    """The check itself can fail: nothing serves a search for a body."""
    with overheard() as statements:
        db.session.scalars(select(Notification.id).where(Notification.body == "x")).all()
        db.session.rollback()
    with db.engine.connect() as connection:
        assert read_whole(connection, statements[0], partial_indexes(connection))
