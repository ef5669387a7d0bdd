"""Emergency: how soon it is on open pages and how soon its first mail leaves, while 50,000 announcements are sent.

Nothing is like it to be held against: what a school was promised is.
"""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from app.catalogue.kinds import Category
from app.kernel.clock import now
from app.notifications import jobs
from app.processes.programs import web
from app.settings import Settings
from tests.bench import district
from tests.bench.figures import Figure
from tests.bench.installation import Installation, installation, publish
from tests.support.patience import eventually
from tests.support.ports import free_port
from tests.support.site import ROOT, environment_of

PEOPLE, PAGES, WEBS = 50_000, 1_000, 2
RELAY_SECONDS = 0.1
WITHIN = 120.0
SESSIONS = """
    INSERT INTO user_sessions (id, district_id, user_id, membership_id, token_hash, is_active, last_active,
                               idle_seconds, device_type, device_id, user_agent, created_at, expires_at)
    SELECT uuid7(), district_id, account_id, id, encode(sha256(('a-page-of-the-benchmark-' || n)::bytea), 'hex'), true,
           %(now)s, 3600, 'web', 'bench', 'bench', %(now)s, %(until)s
    FROM (SELECT *, row_number() OVER (ORDER BY random()) - 1 AS n FROM memberships WHERE role = 'parent') somebody
    WHERE n < %(pages)s
"""


def measure(people: int = PEOPLE, pages: int = PAGES) -> Iterator[Figure]:
    """One emergency to all, some of whom have a page open; all their announcements wait meanwhile."""
    with installation(RELAY_SECONDS) as here:
        place = district.settle(here.server, people)
        publish(place, "role:parent")
        while jobs.drain_bulk():
            pass
        moments = {"now": now(), "until": now() + timedelta(hours=1), "pages": pages}
        here.server.execute(SESSIONS, moments)
        with webs(here.settings, pages) as theirs, here.workers("alerts", "urgent_mail", "mail"):
            here.relay.wait_for(20, WITHIN)
            seen, began = asyncio.run(_watch(theirs, place, pages))
            mail = eventually(lambda: _first_urgent(here), WITHIN, "a mail of the emergency") - began
    yield Figure("emergency_first_page", min(seen) - began, "s", goal=1.0, peer="from publishing it")
    yield Figure("emergency_95th_page", sorted(seen)[int(len(seen) * 0.95)] - began, "s", peer=f"of {pages:,}")
    yield Figure("emergency_last_page", max(seen) - began, "s", peer=f"of {pages:,}")
    yield Figure("emergency_first_mail", mail, "s", goal=2.0, peer=f"{people:,} announcements wait")


@contextmanager
def webs(settings: Settings, pages: int) -> Iterator[Settings]:
    """Web processes with room for all pages, as an installation starts them."""
    port, room = free_port(beside=tuple(range(1, WEBS))), pages // WEBS + 50
    theirs = replace(settings, port=port, web_processes=WEBS, public_url=f"http://127.0.0.1:{port}")
    env = environment_of(theirs) | {"WEB_THREADS": str(room + 32), "SOCKETS_LIMIT": str(room)}
    programs = [web(theirs, number) for number in range(WEBS)]
    with ExitStack() as running:
        for program in programs:
            process = subprocess.Popen(program.command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
            running.callback(process.wait)
            running.callback(process.kill)
        for program in programs:
            eventually(program.is_ready, 60, "a web process", every=0.2)
        yield theirs


async def _watch(settings: Settings, place: district.Place, pages: int) -> tuple[list[float], float]:
    """When each page had it, and when it was published."""
    sockets = [await _join(settings, number) for number in range(pages)]
    waiting = [asyncio.create_task(_hear(socket)) for socket in sockets]
    began = time.monotonic()
    publish(place, "role:parent", Category.EMERGENCY)
    seen = await asyncio.wait_for(asyncio.gather(*waiting), WITHIN)
    await asyncio.gather(*(socket.close() for socket in sockets))
    return seen, began


async def _join(settings: Settings, number: int) -> ClientConnection:
    address = f"127.0.0.1:{settings.port + number % settings.web_processes}"
    cookie = {"Cookie": f"belfry=a-page-of-the-benchmark-{number}"}
    origin = Origin(f"http://{address}")
    return await connect(f"ws://{address}/live", origin=origin, additional_headers=cookie, compression=None, proxy=None)


async def _hear(socket: ClientConnection) -> float:
    async for text in socket:
        if 'id="alert-' in str(text):
            return time.monotonic()
    raise ConnectionError("a page was hung up on")


def _first_urgent(here: Installation) -> float:
    return min((moment for moment, _to, is_urgent in here.relay.arrivals() if is_urgent), default=0.0)
