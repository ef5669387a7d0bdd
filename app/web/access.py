"""Who may call a view stands on the view. One that says nothing is refused, and fails a test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """``words`` name the rule in the authorisation matrix; ``check`` decides for who is signed in.

    A ``passive`` view is called by the page itself (polls, sockets), so it never counts as activity. One that
    ``is_part`` answers with a piece of a page, and only to a page (see app/web/fragments.py). What is typed into
    the form of a view that ``keeps`` is given back when the request is refused (see app/web/keeping.py). One that is
    called ``by_link`` believes a signature in its address, or over all of the request, and nothing else: a post to it
    needs no CSRF token.
    """

    words: str
    needs_session: bool = True
    check: Callable[[], bool] | None = None
    passive: bool = False
    is_part: bool = False
    keeps: str = ""
    by_link: bool = False


PUBLIC = Access("public", needs_session=False)
SIGNED_IN = Access("signed in")
BY_LINK = Access("holder of a signed link", needs_session=False, by_link=True)
BY_SIGNATURE = Access("a carrier that signs its request", needs_session=False, by_link=True)


def mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody."""
    return mark(view, PUBLIC)


def signed_in(view: View) -> View:
    """Anybody with a live session; what they may see is decided by loading it through them."""
    return mark(view, SIGNED_IN)


def by_link(view: View) -> View:
    """Whoever has the link, which is signed for this one purpose: also a mail provider's machine (RFC 8058)."""
    return mark(view, BY_LINK)


def by_signature(view: View) -> View:
    """Another system, known by its signature over the request, which the view checks: no browser posts it."""
    return mark(view, BY_SIGNATURE)


def requires(words: str, check: Callable[[], bool]) -> Callable[[View], View]:
    """Whoever is signed in and passes ``check``; others get 403."""
    return lambda view: mark(view, Access(words, check=check))


def passive(view: View) -> View:
    """Put above another mark: calling this view does not keep a session alive."""
    return mark(view, replace(access_of(view), passive=True))


def fragment(view: View) -> View:
    """Put above another mark: it answers a piece of a page, for the page that asks and for nobody else."""
    return mark(view, replace(access_of(view), is_part=True))


def keeps_words(place: str) -> Callable[[View], View]:
    """Put above another mark: people write here, and what they wrote outlives a refusal."""
    return lambda view: mark(view, replace(access_of(view), keeps=place))


def access_of(view: Any) -> Access:
    """The mark of a view; raises LookupError when there is none."""
    access = getattr(view, "access", None)
    if not isinstance(access, Access):
        raise LookupError(f"{view!r} does not say who may call it")
    return access


def current_access() -> Access | None:
    """The mark of the view that this request goes to; None when it goes nowhere (a 404)."""
    return access_of(current_app.view_functions[request.endpoint]) if request.endpoint else None


def enforce() -> None:
    """Refuse whoever the view is not for: 401 without a session, 403 with the wrong role."""
    access = current_access()
    if access is None or not access.needs_session:
        return
    if not current_user.is_authenticated:
        abort(401)
    if access.check is not None and not access.check():
        abort(403)


def init_app(app: Flask) -> None:
    app.before_request(enforce)
