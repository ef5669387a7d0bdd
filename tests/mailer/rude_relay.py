"""A relay that follows a script, word by word, for what no proper SMTP server would do."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Self, cast


class Talk:
    """One connection, from the relay's side. ``heard`` are the commands, ``mails`` what came in whole."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.heard: list[str] = []
        self.mails: list[bytes] = []
        self._file = cast(BinaryIO, line.makefile("rb"))

    def say(self, text: str) -> None:
        self.line.sendall(f"{text}\r\n".encode())

    def hear(self) -> str:
        """The next command, "" at the end of the line."""
        command = self._file.readline().decode().strip()
        self.heard.append(command.partition(" ")[0].upper())
        return command

    def hear_mail(self) -> None:
        lines = iter(self._file.readline, b".\r\n")
        self.mails.append(b"".join(lines))

    def greet(self, *offers: str) -> None:
        self.say("220 rude relay")
        self.hear()
        self.say("250-rude relay")
        for offer in offers:
            self.say(f"250-{offer}")
        self.say("250 8BITMIME")

    def take(self) -> bool:
        """One mail in full, up to and without the word that follows it; False when the line ended instead."""
        while command := self.hear():
            if command.upper() == "QUIT":
                return False
            self.say("354 go on" if command.upper() == "DATA" else "250 ok")
            if command.upper() == "DATA":
                self.hear_mail()
                return True
        return False

    def be_good(self) -> None:
        self.greet()
        while self.take():
            self.say("250 2.0.0 taken")

    def upgrade(self, context: ssl.SSLContext) -> None:
        """Go on encrypted. Raises SSLError when the other side does not trust us."""
        self._file.close()
        self.line = context.wrap_socket(self.line, server_side=True)
        self._file = cast(BinaryIO, self.line.makefile("rb"))

    def wait_for_the_end(self) -> None:
        """Say nothing until the other side has gone."""
        with suppress(OSError):
            while self.line.recv(4096):
                pass

    def trickle(self, text: str = "250-nearly\r\n", every: float = 0.05) -> None:
        """Answer for ever, one sign at a time: each read gets something in time."""
        with suppress(OSError):
            while True:
                for sign in text:
                    self.line.sendall(sign.encode())
                    time.sleep(every)


class RudeRelay:
    """Listens on loopback; connection number n is served by script n, later ones by the last."""

    def __init__(self, *scripts: Callable[[Talk], None]) -> None:
        self.talks: list[Talk] = []
        self._scripts = scripts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[bytes]:
        return [mail for talk in self.talks for mail in talk.mails]

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # close alone would leave the thread in accept for ever
        self._listener.close()
        for talk in self.talks:
            _close(talk)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                talk = Talk(line)
                self.talks.append(talk)
                script = self._scripts[min(len(self.talks), len(self._scripts)) - 1]
                threading.Thread(target=_serve, args=(script, talk), daemon=True).start()


def _serve(script: Callable[[Talk], None], talk: Talk) -> None:
    try:
        with suppress(OSError):
            script(talk)
    finally:
        _close(talk)


def _close(talk: Talk) -> None:
    with suppress(OSError):
        talk.line.shutdown(socket.SHUT_RDWR)
    talk.line.close()


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
