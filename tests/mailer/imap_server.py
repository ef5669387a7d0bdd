"""An IMAP server for one mailbox: as much of RFC 3501 as reading and flagging messages takes, over a real socket."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Self

USER, PASSWORD = "bounces", 'pass "word'


@dataclass
class Stored:
    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """Messages by UID, and the commands that were heard."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = {uid: Stored(raw) for uid, raw in enumerate(messages, 7)}
        self.heard: list[str] = []
        self.is_silent = threading.Event()
        self._ended = threading.Event()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if outer.is_silent.is_set():
                    outer._ended.wait(30)
                    return
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, command = line.decode().strip().partition(" ")
                    outer.heard.append(command)
                    self.wfile.write(outer.answer(tag, command))
                    if command.upper() == "LOGOUT":
                        return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"imap://bounces:pass%20%22word@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, tag: str, command: str) -> bytes:
        verb, said = command.upper().removeprefix("UID ").partition(" ")[0], b""
        is_right = verb != "LOGIN" or command == f'LOGIN {USER} "pass \\"word"'
        if verb == "CAPABILITY":
            said = b"* CAPABILITY IMAP4rev1\r\n"
        elif verb == "SELECT":
            said = f"* {len(self.messages)} EXISTS\r\n".encode()
        elif verb == "SEARCH":
            new = [uid for uid, stored in self.messages.items() if not stored.flags & {"\\Seen", "\\Flagged"}]
            said = f"* SEARCH {' '.join(map(str, new))}\r\n".encode()
        elif found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            raw = self.messages[int(found[1])].raw[: int(found[2])]
            said = f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        elif found := re.fullmatch(r"UID STORE (\d+) \+FLAGS \((\S+)\)", command):
            self.messages[int(found[1])].flags.add(found[2])
        return said + f"{tag} {'OK' if is_right else 'NO'} {verb.lower()}\r\n".encode()
