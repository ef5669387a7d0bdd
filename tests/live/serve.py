"""What gunicorn loads in these tests: Belfry with one more source and two more pages."""

from uuid import UUID

from flask import abort, jsonify
from flask.typing import ResponseReturnValue

from app import create_app
from app.extensions import db
from app.settings import Settings
from app.web.access import public
from tests.live.notices import Notices


@public
def pool() -> ResponseReturnValue:
    """How many connections of this process's pools are in use, this request's own let go of."""
    db.session.remove()
    return jsonify(sum(engine.pool.checkedout() for engine in db.engines.values()))  # type: ignore[attr-defined]


@public
def trouble(code: int) -> ResponseReturnValue:
    """A page that goes wrong in whichever way."""
    abort(code)


def say(what: str, reports: list[tuple[UUID, UUID]]) -> None:
    """Write down what the ledger would be told."""
    for _account_id, notification_id in reports:
        print(what, notification_id, flush=True)


app = create_app(Settings.from_env())
app.extensions["belfry.sources"] = [*app.extensions["belfry.sources"], Notices()]
app.extensions["belfry.shown"] = lambda reports: say("shown", reports)
app.extensions["belfry.receipts"] = lambda reports: say("received", reports)
app.add_url_rule("/test/pool", view_func=pool)
app.add_url_rule("/test/trouble/<int:code>", view_func=trouble)
