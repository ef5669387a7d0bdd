"""The inbox: a whole page with 25 lines for somebody with 10,000 items, on SQLite and on PostgreSQL.

Held against a bare Flask-Login page: the session in a signed cookie, no guard, no CSRF, no frame, one query written as
text, and a plain template of the same 25 lines with the same words, links and buttons. Both are called as WSGI servers
call them, in turn, in one process on one database; the medians are compared.
"""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from babel.dates import format_date, format_time
from flask import Flask, render_template
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from sqlalchemy import Uuid, bindparam, create_engine, text
from sqlalchemy.types import TypeEngine
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from app import create_app
from app.extensions import db
from app.identity.sign_in import sign_in
from app.inbox import queries
from app.inbox.kinds import Filter
from app.kernel.columns import UTCDateTime
from app.settings import Settings
from app.web.formats import hue
from tests.bench import inbox_rows
from tests.bench.figures import Figure
from tests.identity.people import LAPTOP, PASSWORD, PASSWORD_HASH
from tests.support.migrations import migrate
from tests.support.postgres import APP, OWNER, private_cluster
from tests.support.statements import overheard

ROUNDS, TIMES = 15, 20
DATABASE = "bench"
LINES = re.compile(r'<li class="line".*?</li>', re.DOTALL)
Ask = Callable[[], bytes]
SEARCHES = {
    "rare": ("number7777", "one of 200,000 says it"),
    "common": ("bus", "a third of 200,000 say it"),
    "everywhere": ("please office", "all 200,000 say it"),
}
CHILDREN = {
    "sqlite": "(SELECT group_concat(a.name) FROM notification_subjects s JOIN accounts a ON a.id = s.child_id",
    "postgresql": "(SELECT string_agg(a.name, ',') FROM notification_subjects s JOIN accounts a ON a.id = s.child_id",
}
QUESTION = """
    SELECT c.read_at, c.created_at, n.id, n.title, n.body, sender.name AS sender, {children}
        WHERE s.notification_id = n.id AND s.recipient_id = c.recipient_id) AS children
    FROM notification_recipients c JOIN notifications n ON n.id = c.notification_id
    JOIN accounts sender ON sender.id = n.sender_id
    WHERE c.recipient_id = :who AND c.archived_at IS NULL ORDER BY c.created_at DESC, c.id DESC LIMIT 25
"""


def measure() -> Iterator[Figure]:
    for database in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            directory = stack.enter_context(tempfile.TemporaryDirectory())
            named = {"DATA_DIR": directory}
            if database == "postgresql":
                cluster = stack.enter_context(private_cluster(durable=True))
                cluster.create(DATABASE)
                named["DATABASE_URL"] = cluster.url(DATABASE, APP)
                named["MIGRATION_DATABASE_URL"] = cluster.url(DATABASE, OWNER)
            settings = Settings.from_env(named)
            migrate(settings)
            app = create_app(settings)
            readers = _fill(app, settings)
            yield from _measure(app, database, readers)


def _fill(app: Flask, settings: Settings) -> inbox_rows.Readers:
    """All rows, and statistics of them, which only the owner of a table can gather."""
    with app.app_context(), db.engine.begin() as connection:
        readers = inbox_rows.fill(connection, PASSWORD_HASH)
    owner = create_engine(settings.migration_database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if settings.is_sqlite else "VACUUM ANALYZE")
    owner.dispose()
    return readers


def _measure(app: Flask, database: str, readers: inbox_rows.Readers) -> Iterator[Figure]:
    with app.app_context():
        pages = {size: _ours(app, size) for size in readers.ids}
        pages["bare"] = _asks(bare(app, database), readers.ids["middle"])
        asked = _overhear()
    # Outside of the context: requests would share what it remembers, and ask for less than they must.
    assert _words(pages["middle"]()) == _words(pages["bare"]()), "these are not the same lines"
    queries_asked = asked(pages["middle"])
    found = _medians(pages)
    yield Figure(f"inbox_{database}", found["middle"], "ms", peer="10,000 items, the whole page")
    yield Figure(f"inbox_{database}_bare", found["bare"], "ms", peer="one query, the same 25 lines, nothing else")
    ratio, growth = found["middle"] / found["bare"], found["large"] / found["small"]
    yield Figure(f"inbox_{database}_ratio", ratio, "times", goal=2.0, peer="the bare Flask-Login page")
    yield Figure(f"inbox_{database}_queries", queries_asked, "queries", goal=6, peer="the whole page, guard included")
    yield Figure(f"inbox_{database}_growth", growth, "times", goal=1.1, peer="50,000 items against 50")
    with app.app_context():
        for name, (words, found_in) in SEARCHES.items():
            took = _search(readers.ids["middle"], words)
            yield Figure(f"inbox_{database}_search_{name}", took, "ms", peer=f"10,000 own copies, {found_in}")


def _overhear() -> Callable[[Ask], int]:
    """Counts the statements of a page that is asked for elsewhere."""
    stack = ExitStack()
    heard = stack.enter_context(overheard())

    def count(page: Ask) -> int:
        heard.clear()
        page()
        stack.close()
        return len(heard)

    return count


def bare(app: Flask, database: str) -> Flask:
    """What somebody would write who has one table to show and nobody to keep out."""
    peer = Flask("peer", template_folder=str(Path(__file__).parent))
    peer.secret_key = "bench"
    login = LoginManager(peer)
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    kinds: dict[str, TypeEngine[Any]] = {"read_at": UTCDateTime(), "created_at": UTCDateTime(), "id": Uuid()}
    question = text(QUESTION.format(children=CHILDREN[database])).bindparams(bindparam("who", type_=Uuid()))
    typed = question.columns(**kinds)

    class User(UserMixin):  # type: ignore[misc]
        def __init__(self, id_: str) -> None:
            self.id = id_

    login.user_loader(User)

    @peer.get("/inbox")
    @login_required  # type: ignore[untyped-decorator]
    def inbox() -> str:
        with engine.connect() as connection:
            rows = connection.execute(typed, {"who": UUID(current_user.id)}).all()
        lines = [{**row._mapping, "children": sorted(row.children.split(","))} for row in rows]
        return render_template(
            "inbox_peer.html", lines=lines, hue=hue, exact=exact, day=day, icons="/i.svg", csrf_token="t"
        )

    @peer.get("/enter/<id_>")
    def enter(id_: str) -> str:
        login_user(User(id_))
        return ""

    for name in ("show", "read", "pin", "archive"):
        peer.add_url_rule(f"/inbox/<uuid:notification_id>/{name}", name, lambda **_id: "")
    return peer


def exact(moment: Any) -> str:
    return f"{format_date(moment, 'long', 'en_GB')} at {format_time(moment, 'short', locale='en_GB')}"


def day(moment: Any) -> str:
    return str(format_date(moment, "d MMM", "en_GB"))


def _ours(app: Flask, size: str) -> Ask:
    with app.test_request_context():
        token = sign_in(f"{size}@bench.example", PASSWORD, LAPTOP)
    return _asker(app, f"belfry={token}; belfry-device={'d' * 43}", app.extensions["belfry.settings"].public_url)


def _asks(peer: Flask, reader: UUID) -> Ask:
    client = Client(peer)
    client.get(f"/enter/{reader}")
    cookie = client.get_cookie("session")
    assert cookie is not None
    return _asker(peer, f"session={cookie.value}", "http://localhost")


def _asker(app: Flask, cookie: str, base_url: str) -> Ask:
    environ = EnvironBuilder(path="/inbox", base_url=base_url, headers=[("Cookie", cookie)]).get_environ()

    def ask() -> bytes:
        answer, status, _headers = run_wsgi_app(app.wsgi_app, dict(environ), buffered=True)
        assert status.startswith("200"), status
        return b"".join(answer)

    return ask


def _words(page: bytes) -> list[str]:
    """What the lines of a page say, but for how they say when, and how many buttons and links they have."""
    lines = LINES.findall(page.decode())
    said = (re.sub(r"<[^>]*>", " ", re.sub(r"<time.*?</time>", "", line)) for line in lines)
    parts = ([str(line.count("<button")), str(line.count("<a "))] for line in lines)
    return [" ".join([*words.split(), *counts]) for words, counts in zip(said, parts, strict=True)]


def _medians(pages: dict[str, Ask]) -> dict[str, float]:
    """Milliseconds of each, asked in turn so that whatever else the machine does meets all of them."""
    for page in pages.values():
        for _ in range(TIMES):
            page()
    took: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(ROUNDS * TIMES):
        for name, page in pages.items():
            began = time.perf_counter()
            page()
            took[name].append((time.perf_counter() - began) * 1000)
    return {name: median(times) for name, times in took.items()}


def _search(reader: UUID, words: str) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        queries.opening(reader, Filter(text=words), locales=["en"])
        took.append((time.perf_counter() - began) * 1000)
        db.session.rollback()
    return median(took)
