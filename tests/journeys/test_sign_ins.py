"""Many sign-ins at once, over two web processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import NullPool, create_engine, func, select

from app.identity.models import UserSession
from tests.support.cast import PASSWORD, Cast, sign_in_name
from tests.support.patience import eventually
from tests.support.site import Site
from tests.support.visitors import Visitor

pytestmark = pytest.mark.alone
AT_ONCE = 50


def test_bar_52_of_fifty_sign_ins_at_once_one_session_survives(site: Site, cast: Cast) -> None:
    visitors = [site.visitor(number=number % 2) for number in range(AT_ONCE)]
    for visitor in visitors:
        visitor.get("/login")

    def sign_in(visitor: Visitor) -> int:
        return visitor.press("/login", email=sign_in_name("priya"), password=PASSWORD).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = list(pool.map(sign_in, visitors))
    assert [code for code in codes if code >= 500] == []
    assert 303 in codes

    def who_is_in() -> list[int]:
        return [
            number for number, visitor in enumerate(visitors) if visitor.get("/account/sessions").status_code == 200
        ]

    assert len(eventually(who_is_in, 2, "a cookie that works")) == 1
    engine = create_engine(site.settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        active = connection.scalar(
            select(func.count()).where(UserSession.user_id == cast.priya.id, UserSession.is_active)
        )
    assert active == 1
