"""A source of these tests' own, as real as any other, so that they need no other room."""

from collections.abc import Sequence
from uuid import UUID

from app.realtime.kinds import Frame, Happening, Viewer

NOTICE, ALERT, BROKEN = "test.notice", "test.alert", "test.broken"


class Notices:
    """Tells the account of a happening, or all of the district, the id of what it is about."""

    kinds = frozenset({NOTICE, ALERT, BROKEN})

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        if any(happening.kind == BROKEN for happening in happenings):
            raise LookupError("this one cannot be rendered")
        return {
            viewer.session_id: [
                _alert(happening) if happening.kind == ALERT else _notice(happening)
                for happening in happenings
                if happening.account_id in {None, viewer.account_id} and happening.district_id == viewer.district_id
            ]
            for viewer in viewers
        }


def _notice(happening: Happening) -> Frame:
    return Frame(happening.position, f'<ul hx-swap-oob="beforeend:#toasts"><li>[{happening.subject_id}]</li></ul>')


def _alert(happening: Happening) -> Frame:
    dialog = f'<dialog open role="alertdialog" data-notification="{happening.subject_id}">[{happening.subject_id}]'
    button = '<form method="dialog"><button autofocus>I have read this</button></form></dialog>'
    html = f'<div hx-swap-oob="afterbegin:#alerts">{dialog}{button}</div>'
    return Frame(happening.position, html, alert_id=happening.subject_id)
