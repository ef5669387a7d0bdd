"""Redis is only a bell: frozen, it costs seconds and no message."""

import time
from collections.abc import Callable

import pytest

from tests.journeys.acts import GAS_LEAK, ledger, raise_alarm
from tests.journeys.test_emergency import cursor_of
from tests.support.cast import Cast
from tests.support.patience import eventually
from tests.support.screens import Screen
from tests.support.site import Site
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

pytestmark = [pytest.mark.faults, pytest.mark.alone]


def test_with_redis_frozen_alert_and_mail_arrive_late_and_once(
    site: Site, cast: Cast, sink: Sink, valkey: Valkey, join: Callable[..., Screen]
) -> None:
    margaret, priya = site.visitor("margaret"), site.visitor("priya", 1)
    screen = join(priya, cursor=cursor_of(priya))
    valkey.freeze()
    try:
        began = time.monotonic()
        notification = raise_alarm(margaret, cast)
        screen.wait_for(GAS_LEAK, within=15.0)
        sink.wait_for(1, within=max(0.1, began + 30.0 - time.monotonic()), to="priya@belfry.example")
    finally:
        valkey.thaw()
    expected = {"websocket": "sent", "in_app": "delivered", "email": "sent"}
    eventually(lambda: ledger(site.settings, cast.priya.id) == expected, 20, "her three fates")
    time.sleep(6)  # whatever the thawed bells still ring for must find nothing to do
    assert max(sink.copies().values()) == 1
    assert sum(f'id="alert-{notification}"' in text for text in screen.texts) == 1
