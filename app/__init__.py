"""Belfry: the right people of a school are told the right thing at the right loudness."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings


def create_app(settings: "Settings") -> "Flask":
    """The app of one installation.

    The rooms are imported only here: the supervisor, the mail sink and gunicorn's master import this package too, and
    all of Belfry would cost each of them a second of a core, which the first page waits for.
    """
    from app.assembly import assemble

    return assemble(settings)
