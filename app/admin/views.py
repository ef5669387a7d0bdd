"""Pages of the office: how things stand, and whom nothing reaches. They read; what they lead to is done elsewhere."""

from datetime import timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.admin import pages, queries, set_aside, unreachable, watch
from app.admin.live import SENDING, sending_now
from app.admin.words import greeting
from app.identity.guard import current_person
from app.kernel.clock import now
from app.notifications.access import current_scope
from app.roster.access import for_admins
from app.web.rendering import render

bp = Blueprint("admin", __name__)
A_WEEK = timedelta(days=7)
PEOPLE_SHOWN, SIGN_INS_SHOWN = 3, 6


@bp.get("")
@for_admins
def home() -> ResponseReturnValue:
    scope, moment = current_scope(), now()
    return render(
        "admin/home.html",
        greeting=greeting(moment, current_person().name),
        moment=moment,
        sending=sending_now(scope),
        week=queries.week(scope, moment - A_WEEK),
        reachable=unreachable.reachable(scope),
        unreachable=[pages.UnreachableView(one) for one in unreachable.page(scope, None, PEOPLE_SHOWN).items],
        failures=pages.failure_views(queries.failures(scope, moment - A_WEEK)),
        set_aside=set_aside.count(scope),
        well=pages.WellnessView(watch.wellness()),
        sign_ins=pages.sign_in_views(queries.sign_ins(scope, moment, SIGN_INS_SHOWN)),
        topics=SENDING,
    )


@bp.get("/unreachable", endpoint="unreachable")
@for_admins
def unreached() -> ResponseReturnValue:
    scope = current_scope()
    after = request.args.get("after")
    found = unreachable.page(scope, after)
    return render(
        "admin/unreachable.html",
        people=[pages.UnreachableView(one) for one in found.items],
        reachable=unreachable.reachable(scope),
        next_url=url_for(".unreachable", after=found.next) if found.next else None,
        releases=after,
        released="released" in request.args,
    )
