"""Frames packed into what is written to a page: some HTML, and the mark that says how far the page has got with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from uuid import UUID

from wsproto.frame_protocol import FrameProtocol

from app.realtime.kinds import Answer, Cursor, Frame, Reading

MOST_CHARACTERS = 32_000
MARK = '<i id="live-cursor" hx-swap-oob="true" hidden {}></i>'

PING = bytes(FrameProtocol(client=False, extensions=[]).ping(b""))


@dataclass(frozen=True)
class Message:
    """One text message of the socket."""

    html: str
    alert_ids: tuple[UUID, ...] = ()

    @cached_property
    def encoded(self) -> bytes:
        """The frame of RFC 6455. A server's is the same for every socket, so it is made once for all of them."""
        return bytes(FrameProtocol(client=False, extensions=[]).send_data(self.html, fin=True))


def mark(cursor: Cursor) -> str:
    """What tells a page how far it has got, so that it can go on from there. Alone it is the heartbeat."""
    return MARK.format(f'data-cursor="{cursor.to_text()}"')


def reload_mark(cursor: Cursor) -> str:
    """What tells a page to load itself anew, or else to go on from here without what it missed."""
    return MARK.format(f'data-cursor="{cursor.to_text()}" data-reload')


def messages_of(answer: Answer, session_id: UUID) -> list[Message]:
    """What a page is written. Long answers are cut between positions, so that a page cut off half-way keeps half."""
    if answer.is_gap:
        return [_message(answer.frames.get(session_id, ()), reload_mark(answer.cursor))]
    portions = list(_portions(answer.frames.get(session_id, ())))
    reached = [mark(Cursor(answer.cursor.epoch, portion[-1].position)) for portion in portions[:-1]]
    return [
        _message(portion, ending)
        for portion, ending in zip(portions, [*reached, _last_mark(answer, session_id)], strict=False)
    ]


def html_of(answer: Answer, session_id: UUID) -> str:
    """The same as one piece of HTML, for who asks by HTTP."""
    frames = answer.frames.get(session_id, ())
    return _message(frames, _last_mark(answer, session_id)).html if frames or answer.is_gap else ""


def is_reload(answer: Answer, session_id: UUID) -> bool:
    """Whether a page is to load itself anew: what it shows cannot be mended piece by piece."""
    return answer.is_gap or new_reading(answer, session_id) is not None


def new_reading(answer: Answer, session_id: UUID) -> Reading | None:
    """How somebody reads from here on, when that has changed."""
    readings = [frame.reading for frame in answer.frames.get(session_id, ()) if frame.reading]
    return readings[-1] if readings else None


def last_words(frames: Sequence[Frame]) -> Message | None:
    """What is written to somebody whose session is over, and nothing else with it; None while it is not."""
    return next((Message(frame.html) for frame in frames if frame.ends_session), None)


def _last_mark(answer: Answer, session_id: UUID) -> str:
    return (reload_mark if is_reload(answer, session_id) else mark)(answer.cursor)


def _portions(frames: Sequence[Frame]) -> Iterator[list[Frame]]:
    portion: list[Frame] = []
    size = 0
    for _position, together in groupby(frames, key=lambda frame: frame.position):
        step = list(together)
        length = sum(len(frame.html) for frame in step)
        if portion and size + length > MOST_CHARACTERS:
            yield portion
            portion, size = [], 0
        portion += step
        size += length
    if portion:
        yield portion


def _message(frames: Sequence[Frame], ending: str) -> Message:
    alerts = tuple(frame.alert_id for frame in frames if frame.alert_id is not None)
    return Message("".join(frame.html for frame in frames) + ending, alerts)
