"""Addresses become filters. What is none of ours is left out: an address that was kept must still lead somewhere."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from app.catalogue.kinds import Category, Channel, Role
from app.reports.kinds import Filter, SentFilter, Show

LONGEST_NAME = 100
Word = TypeVar("Word", bound=StrEnum)


def people_filter(arguments: Mapping[str, str]) -> Filter:
    return Filter(
        _word(Show, arguments.get("show")) or Show.ALL,
        _word(Channel, arguments.get("channel")),
        _word(Role, arguments.get("role")),
        arguments.get("name", "").replace("\0", "").strip()[:LONGEST_NAME],
    )


def sent_filter(arguments: Mapping[str, str]) -> SentFilter:
    return SentFilter(_word(Category, arguments.get("category")), arguments.get("mine") == "1")


def _word(words: type[Word], text: str | None) -> Word | None:
    return words(text) if text in set(words) else None
