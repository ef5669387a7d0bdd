"""What a request says of the device behind it. Anybody can say anything, so this is for showing only."""

from functools import lru_cache
from typing import cast

from flask import Flask, Response, g, request
from flask_babel import gettext as _
from ua_parser import parse

from app.identity.kinds import Device, DeviceType
from app.kernel.tokens import digest, new_token
from app.web import cookies

COOKIE = "belfry-device"
YEAR = 365 * 24 * 3600


def recognise() -> None:
    """Give the browser a name of its own, by chance: no fingerprint."""
    token = cookies.read(COOKIE)
    g.device_is_new = not 20 <= len(token) <= 64
    g.device_token = new_token() if g.device_is_new else token


def remember(response: Response) -> Response:
    if g.get("device_is_new") and response.mimetype == "text/html":
        cookies.give(response, COOKIE, g.device_token, YEAR)
    return response


def current_device() -> Device:
    agent = request.headers.get("User-Agent", "")[:400].encode("utf-8", "replace").decode()
    return Device(_type_of(agent), digest(g.device_token), agent, request.remote_addr or "")


def words(user_agent: str) -> str:
    """ "Firefox on Windows", as far as it can be told."""
    browser, system = _parsed(user_agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("an unknown device"))


@lru_cache(maxsize=512)
def _parsed(user_agent: str) -> tuple[str, str]:
    result = parse(user_agent)
    browser = result.user_agent.family if result.user_agent else ""
    system = result.os.family if result.os else ""
    return browser, system


def _type_of(user_agent: str) -> DeviceType:
    system = _parsed(user_agent)[1]
    if "Belfry/" not in user_agent:
        return DeviceType.WEB
    return {"iOS": DeviceType.MOBILE_IOS, "Android": DeviceType.MOBILE_ANDROID}.get(system, DeviceType.DESKTOP)


def init_app(app: Flask) -> None:
    app.before_request(recognise)
    app.after_request(lambda response: remember(cast(Response, response)))
