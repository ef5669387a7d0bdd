"""What somebody typed goes along with the refusal of their form, so that it is never typed twice.

A view says that its form is worth it (``access.keeps``). Sealing the words, and for whom, is the business of a room
above, handed in as ``belfry.keeper``; the form's CSRF token proves for which session the page was made, even for one
that is over.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from app.web import csrf
from app.web.access import current_access
from app.web.rendering import is_fragment_wanted


@dataclass(frozen=True)
class Kept:
    """Words that only ``account_id`` can have back."""

    account_id: UUID
    words: str


Keeper = Callable[["MultiDict[str, str]", str, str], Kept | None]


def find_kept() -> Kept | None:
    """The words of the form that this request brought, sealed for whoever typed them; None when there are none.

    A page's script keeps its own words, so its requests are left alone.
    """
    access = current_access()
    if request.method != "POST" or access is None or not access.keeps or is_fragment_wanted():
        return None
    keeper: Keeper = current_app.extensions["belfry.keeper"]
    with suppress(HTTPException):  # a form that cannot be read, or is too large to be, says so by itself
        binding = csrf.proven_binding()
        return keeper(request.form, access.keeps, binding) if binding else None
    return None
