"""One question outside any transaction: for what every request asks, where BEGIN and ROLLBACK would triple the time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select

from app.extensions import db

BIND = "glance"
# Its own few connections: to switch one to autocommit and back costs as much as the question.
OPTIONS = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None, "pool_size": 2}


def glance(question: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> Row[*tuple[Any, ...]] | None:
    """The one row that answers, or None. The connection is back in its pool before the view begins."""
    with db.engines[BIND].connect() as connection:
        return connection.execute(question, values).one_or_none()
