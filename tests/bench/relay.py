"""A relay in a process of its own, which takes a fixed time for each mail and notes when each was there.

Run by ``python -m tests.bench.relay PORT SECONDS FILE``. It parses nothing: what is measured is who hands over.
"""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from tests.support.patience import eventually
from tests.support.ports import free_port

WORDS = {b"EHLO": b"250 bench\r\n", b"HELO": b"250 bench\r\n", b"QUIT": b"221 bye\r\n", b"DATA": b"354 go on\r\n"}
Arrival = tuple[float, str, bool]
OK = b"250 2.0.0 ok\r\n"


class Relay:
    """The process, and what it noted."""

    def __init__(self, arrivals: Path, seconds: float) -> None:
        self.port, self._arrivals = free_port(), arrivals
        arrivals.touch()
        command = [sys.executable, "-m", __name__, str(self.port), str(seconds), str(arrivals)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout
        self._process.stdout.readline()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def arrivals(self) -> list[Arrival]:
        """When each mail was there, by the monotonic clock that all processes share, to whom, and if it was urgent."""
        lines = (line.split() for line in self._arrivals.read_text().splitlines())
        return [(float(moment), address, urgent == "True") for moment, address, urgent in lines]

    def wait_for(self, count: int, within: float) -> list[Arrival]:
        """The first ``count`` mails. AssertionError when they do not come in time."""
        eventually(lambda: len(self.arrivals()) >= count, within, f"{count} mails", every=0.2)
        return self.arrivals()[:count]

    def forget(self) -> None:
        self._arrivals.write_text("")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float, file: Path) -> None:
    to = ""
    writer.write(b"220 bench\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"RCPT":
            to = line.partition(b"<")[2].partition(b">")[0].decode()
        writer.write(WORDS.get(word, OK))
        if word == b"DATA":
            is_urgent = b"\nImportance: high" in await reader.readuntil(b"\r\n.\r\n")
            await asyncio.sleep(seconds)
            with file.open("a") as arrivals:
                arrivals.write(f"{time.monotonic()} {to} {is_urgent}\n")
            writer.write(OK)
        await writer.drain()
        if word == b"QUIT":
            break
    writer.close()


async def _serve(port: int, seconds: float, file: Path) -> None:
    server = await asyncio.start_server(lambda r, w: _converse(r, w, seconds, file), "127.0.0.1", port, limit=2**24)
    print("up", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])))
