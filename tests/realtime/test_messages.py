"""How frames are packed into what is written."""

from uuid import UUID, uuid4

from app.realtime.kinds import Answer, Cursor, Frame
from app.realtime.messages import MOST_CHARACTERS, html_of, last_words, mark, messages_of

EPOCH, SESSION = uuid4(), uuid4()


def answer(*frames: Frame, newest: int = 99) -> Answer:
    return Answer(Cursor(EPOCH, newest), {SESSION: frames})


def at(position: int) -> str:
    return mark(Cursor(EPOCH, position))


def test_small_frames_go_in_one_message_that_brings_the_page_up_to_date() -> None:
    (message,) = messages_of(answer(Frame(3, "<p>a</p>"), Frame(7, "<p>b</p>")), SESSION)
    assert message.html == "<p>a</p><p>b</p>" + at(99)


def test_long_answers_are_cut_so_that_half_of_them_is_half_the_way() -> None:
    long = "x" * (MOST_CHARACTERS // 2 + 1)
    messages = messages_of(answer(Frame(3, long), Frame(5, long), Frame(7, long)), SESSION)
    assert [message.html.removeprefix(long) for message in messages] == [at(3), at(5), at(99)]


def test_frames_of_one_position_stay_together() -> None:
    long = "x" * MOST_CHARACTERS
    messages = messages_of(answer(Frame(3, long), Frame(3, long), Frame(4, "y")), SESSION)
    assert [message.html.count("x") // MOST_CHARACTERS for message in messages] == [2, 0]


def test_who_is_not_concerned_is_written_nothing() -> None:
    assert messages_of(answer(Frame(3, "a")), uuid4()) == []
    assert html_of(answer(Frame(3, "a")), uuid4()) == ""


def test_over_http_it_is_one_piece_with_one_mark() -> None:
    long = "x" * MOST_CHARACTERS
    html = html_of(answer(Frame(3, long), Frame(4, long)), SESSION)
    assert html == long + long + at(99)


def test_a_gap_is_a_reload_for_everybody() -> None:
    gap = Answer(Cursor(EPOCH, 9), is_gap=True)
    assert "data-reload" in html_of(gap, SESSION)
    assert f'data-cursor="{gap.cursor.to_text()}"' in html_of(gap, SESSION), "a page that stays has to go on from there"
    assert [message.html for message in messages_of(gap, SESSION)] == [html_of(gap, SESSION)]


def test_a_message_knows_which_alerts_it_brings() -> None:
    first, second = UUID(int=1), UUID(int=2)
    (message,) = messages_of(answer(Frame(3, "a", first), Frame(4, "b"), Frame(5, "c", second)), SESSION)
    assert message.alert_ids == (first, second)


def test_only_the_end_of_a_session_makes_last_words() -> None:
    assert last_words([Frame(3, "a"), Frame(4, "b")]) is None
    words = last_words([Frame(3, "a"), Frame(4, "over", ends_session=True)])
    assert words is not None
    assert words.html == "over"
