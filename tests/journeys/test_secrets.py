"""Where a secret must not be found, however hard one looks: in what a running Belfry leaves behind."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import MetaData, NullPool, create_engine, select

from app.settings import Settings
from tests.journeys.acts import raise_alarm
from tests.support.cast import PASSWORD, Cast
from tests.support.screens import Screen
from tests.support.site import Site
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

pytestmark = pytest.mark.alone


def everything_kept(settings: Settings) -> Iterator[str]:
    """Each value of each row, as another program would read it."""
    engine, tables = create_engine(settings.database_url, poolclass=NullPool), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield from (str(value) for value in row)


def everything_in_redis(valkey: Valkey) -> Iterator[str]:
    client = valkey.client()
    for key in client.scan_iter("*"):
        yield f"{key!r} {client.dump(key)!r}"


def test_bar_54_and_105_and_130_no_token_password_or_key_in_rows_redis_mail_or_logs_and_no_banner(
    site: Site, cast: Cast, sink: Sink, valkey: Valkey, join: Callable[..., Screen]
) -> None:
    margaret, priya = site.visitor("margaret"), site.visitor("priya", 1)
    join(priya)
    raise_alarm(margaret, cast)
    sink.wait_for(1, to="priya@belfry.example")
    site.visitor().post("/login", data={"email": "priya@belfry.example", "password": PASSWORD})
    broken = margaret.get("/notifications/00000000-0000-0000-0000-000000000000")

    cookies = {name: margaret.get_cookie(name, domain="127.0.0.1") for name in ("belfry", "belfry-device")}
    secrets = [cookie.value for cookie in cookies.values() if cookie] + [PASSWORD, site.settings.secret_key]
    assert len(secrets) == 4
    places = {
        "the database": everything_kept(site.settings),
        "Redis": everything_in_redis(valkey),
        "a mail": (received.message.as_string() for received in sink.received),
        "a log": iter(path.read_text() for path in (site.settings.data_dir / "log").glob("*")),
        "an error page": iter([broken.text, str(broken.headers)]),
    }
    for place, texts in places.items():
        kept = list(texts)
        assert kept, f"nothing was found in {place}, so nothing was shown"
        found = [secret[:6] for secret in secrets for text in kept if secret in text]
        assert not found, f"{place} holds secrets that begin with {found}"
    assert broken.status_code == 404
    assert broken.headers["Server"] == "Belfry"
