"""A socket of ours against clients of every kind, over real connections."""

import hashlib
import threading
import time
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from app.realtime import wire, writer
from app.realtime.connection import Connection
from app.realtime.kinds import CloseCode, Cursor, Viewer
from app.realtime.messages import Message
from app.realtime.socket import MOST_A_MINUTE, MOST_BYTES, Socket
from app.realtime.writer import Writer
from tests.realtime.pairs import pair
from tests.support.patience import eventually

START = Cursor(uuid4(), 0)


def connection_of(socket: Socket) -> Connection:
    viewer = Viewer(uuid4(), uuid4(), uuid4(), "en", None, "token")
    return Connection(viewer, START, socket.event.set)


def begin(socket: Socket, connection: Connection) -> tuple[threading.Thread, list[str | bytes]]:
    """The writer at work, in a thread of its own; and what it hears."""
    heard: list[str | bytes] = []
    thread = threading.Thread(target=Writer(socket, connection, lambda _alerts: None, heard.append).run)
    thread.start()
    return thread, heard


def closed_with(client: ClientConnection) -> int:
    """Read to the end, and give the code."""
    try:
        while True:
            client.recv(timeout=15)
    except ConnectionClosed:
        return client.close_code or 1006


def flood(client: ClientConnection) -> None:
    for _ in range(10_000):
        client.send("{}")


def test_bar_37_four_senders_at_once_spoil_no_frame() -> None:
    sent: dict[str, int] = {}

    def send(connection: Connection, number: int) -> None:
        for turn in range(200):
            text = f"{number}:{turn}:" + chr(97 + number) * 70_000
            sent[hashlib.sha256(text.encode()).hexdigest()] = 1
            eventually(lambda: len(connection._waiting) < 2, within=30, every=0.001)
            connection.offer([Message(text)], START)

    with pair() as (socket, client):
        connection = connection_of(socket)
        thread, _heard = begin(socket, connection)
        senders = [threading.Thread(target=send, args=(connection, number)) for number in range(4)]
        for sender in senders:
            sender.start()
        came = []
        for number in range(800):
            if number % 50 == 0:
                client.ping()  # pongs come from the reader, in the middle of all this
            came.append(hashlib.sha256(str(client.recv(timeout=30)).encode()).hexdigest())
        connection.close(CloseCode.RESTART)
        assert closed_with(client) == CloseCode.RESTART
        thread.join(5)
    assert sorted(came) == sorted(sent)


def test_five_megabytes_reach_a_client_that_pauses_whole() -> None:
    messages = [Message(f"{number}:" + "x" * 50_000) for number in range(100)]
    with pair() as (socket, client):
        connection = connection_of(socket)
        begin(socket, connection)
        connection.offer(messages, START)
        time.sleep(4)
        came = [client.recv(timeout=10) for _ in messages]
        connection.close(CloseCode.RESTART)
        assert came == [message.html for message in messages]
        assert closed_with(client) == CloseCode.RESTART


def test_who_reads_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "WRITE_SECONDS", 1.0)
    with pair(max_queue=1) as (socket, _client):
        connection = connection_of(socket)
        thread, _heard = begin(socket, connection)
        began = time.monotonic()
        connection.offer([Message("x" * 60_000) for _ in range(200)], START)
        thread.join(10)
        assert not thread.is_alive()
        assert time.monotonic() - began < 9


def test_who_takes_nothing_while_more_comes_is_closed_and_keeps_little() -> None:
    with pair() as (socket, client):
        connection = connection_of(socket)
        for _ in range(100):
            connection.offer([Message("x" * 50_000)], START)
        begin(socket, connection)
        assert closed_with(client) == CloseCode.TOO_SLOW


def test_a_message_above_the_limit_ends_the_socket() -> None:
    with pair() as (socket, client):
        thread, heard = begin(socket, connection_of(socket))
        client.send("x" * MOST_BYTES)
        eventually(lambda: len(heard) == 1)
        client.send("x" * (MOST_BYTES + 1))
        assert closed_with(client) == CloseCode.TOO_BIG
        thread.join(5)
        assert not thread.is_alive()


def test_a_flood_ends_the_socket() -> None:
    with pair() as (socket, client):
        thread, heard = begin(socket, connection_of(socket))
        with pytest.raises(ConnectionClosed):
            flood(client)
        assert closed_with(client) == CloseCode.POLICY_VIOLATION
        thread.join(5)
        assert len(heard) <= MOST_A_MINUTE


def test_compressed_frames_are_none_of_ours() -> None:
    with pair(compression="deflate") as (socket, client):
        assert client.protocol.extensions == []
        begin(socket, connection_of(socket))
        client.socket.sendall(bytes([0xC1, 0x80 | 4]) + b"mask" + bytes(4))  # RSV1 set: "this is compressed"
        assert closed_with(client) == 1002


def test_a_dead_line_is_noticed_and_gets_no_code_that_keeps_the_page_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "HEARTBEAT_SECONDS", 0.3)
    with pair(max_queue=1) as (socket, client):
        thread, _heard = begin(socket, connection_of(socket))
        for _ in range(5):
            assert "live-cursor" in str(client.recv(timeout=15))
        assert thread.is_alive()  # this client answers pings by itself, until nobody reads its messages any more
        thread.join(5)
        assert not thread.is_alive()
        assert closed_with(client) == 1006


def test_the_signed_out_are_told_so_last_and_then_closed() -> None:
    with pair() as (socket, client):
        connection = connection_of(socket)
        connection.offer([Message("secret")], START)
        connection.close(CloseCode.SIGNED_OUT, Message("signed out"))
        connection.offer([Message("secret")], START)
        begin(socket, connection)
        assert client.recv(timeout=15) == "signed out"
        assert closed_with(client) == CloseCode.SIGNED_OUT


def test_a_client_that_leaves_ends_the_writer() -> None:
    with pair() as (socket, client):
        thread, _heard = begin(socket, connection_of(socket))
        client.close()
        thread.join(3)
        assert not thread.is_alive()
