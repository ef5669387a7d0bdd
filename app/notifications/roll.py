"""Who changed between two looks at the same list, without keeping the list: an invertible Bloom lookup table.

A roll of 50,000 people is as small as one of five. Two of them, taken one from the other, give exactly who came and who
went, as long as these are some dozens; beyond that (and once in 100,000 times anyway) only that there is a difference,
and how many there were and are. Goodrich and Mitzenmacher, "Invertible Bloom Lookup Tables", 2011. Made of ids; pure.
"""

import base64
import binascii
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self
from uuid import UUID

HASHES, WIDTH = 4, 24  # with three hashes two ids fell into the same cells once in some thousand times
CELLS = HASHES * WIDTH
_WORDS = struct.Struct(f">{HASHES + 1}I")
_CELL = struct.Struct(">i16sI")  # how many ids, all of them XORed, and so their checks


@dataclass(frozen=True)
class Difference:
    """Who is in the second list and not in the first, and the other way round."""

    joined: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class Roll:
    """The digest of a set of people. The same people give the same roll, in whatever order they come."""

    cells: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, ids: Iterable[UUID]) -> Self:
        counts, sums, checks = ([0] * CELLS for _ in range(3))
        for id_ in ids:
            places, check = _hashed(number := id_.int)
            for place in places:
                counts[place] += 1
                sums[place] ^= number
                checks[place] ^= check
        return cls(tuple(zip(counts, sums, checks, strict=True)))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What ``str`` made of one; None for anything else."""
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != CELLS * _CELL.size:
            return None
        return cls(tuple((count, int.from_bytes(sum_), check) for count, sum_, check in _CELL.iter_unpack(raw)))

    def __str__(self) -> str:
        raw = b"".join(_CELL.pack(count, sum_.to_bytes(16), check) for count, sum_, check in self.cells)
        return base64.urlsafe_b64encode(raw).decode()

    @property
    def total(self) -> int:
        """How many they are."""
        return sum(count for count, _, _ in self.cells) // HASHES

    def find_difference(self, before: "Roll") -> Difference | None:
        """Who joined and who left since ``before``; None when they are too many to be told."""
        cells = [
            [count - was_count, sum_ ^ was_sum, check ^ was_check]
            for (count, sum_, check), (was_count, was_sum, was_check) in zip(self.cells, before.cells, strict=True)
        ]
        found: dict[int, list[UUID]] = {1: [], -1: []}
        # A cell that holds one id alone gives it away; taken out of its other cells it may leave another one alone.
        for _ in range(CELLS):
            pure = next((cell for cell in cells if _is_pure(cell)), None)
            if pure is None:
                break
            sign, number, check = pure
            found[sign].append(UUID(int=number))
            for place in _hashed(number)[0]:
                cells[place][0] -= sign
                cells[place][1] ^= number
                cells[place][2] ^= check
        is_told = all(cell == [0, 0, 0] for cell in cells)
        return Difference(tuple(sorted(found[1])), tuple(sorted(found[-1]))) if is_told else None


def _hashed(number: int) -> tuple[list[int], int]:
    """An id's cells, one in each row, and its check."""
    *words, check = _WORDS.unpack(blake2b(number.to_bytes(16), digest_size=_WORDS.size).digest())
    return [row * WIDTH + word % WIDTH for row, word in enumerate(words)], check


def _is_pure(cell: Sequence[int]) -> bool:
    count, number, check = cell
    return count in {1, -1} and _hashed(number)[1] == check
