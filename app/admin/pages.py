"""What the office's pages show. Words are made when a template asks for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.admin.kinds import Failure, SignIn, Unreachable, Wellness
from app.admin.words import STOPPED, WORK, silent_words
from app.catalogue.kinds import Category, Channel
from app.identity.devices import words as device_words
from app.kernel.jobs import Lane
from app.notifications.words import ROLES
from app.reports.words import why

TITLES_SHOWN = 2


@dataclass
class FailureView:
    """One reason, how many deliveries it stopped, and in which notifications, those with most of them first."""

    words: str
    count: int = 0
    titles: dict[UUID, tuple[str, int]] = field(default_factory=dict)

    @property
    def shown(self) -> list[tuple[UUID, str, int]]:
        ordered = sorted(self.titles.items(), key=lambda item: -item[1][1])
        return [(id_, title, count) for id_, (title, count) in ordered[:TITLES_SHOWN]]

    @property
    def more(self) -> int:
        return max(0, len(self.titles) - TITLES_SHOWN)


def failure_views(failures: Iterable[Failure]) -> list[FailureView]:
    """By what the reasons mean: three relays may say the same in three ways."""
    views: dict[str, FailureView] = {}
    for one in failures:
        words = why(one.reason, one.category, one.channel)
        view = views.setdefault(words, FailureView(words))
        view.count += one.count
        before = view.titles.get(one.notification_id, ("", 0))[1]
        view.titles[one.notification_id] = (one.title, before + one.count)
    return sorted(views.values(), key=lambda view: -view.count)


@dataclass(frozen=True)
class UnreachableView:
    person: Unreachable

    @property
    def role_words(self) -> str:
        return str(ROLES[self.person.role])

    @property
    def reason(self) -> str:
        return why(self.person.reason, Category.ANNOUNCEMENT, Channel.EMAIL)

    @property
    def stopped_words(self) -> str:
        """Why only emergencies are still sent to them; empty when all is."""
        return str(STOPPED[self.person.grounds]) if self.person.grounds else ""


@dataclass(frozen=True)
class SignInView:
    sign_in: SignIn

    @property
    def device_words(self) -> str:
        return device_words(self.sign_in.user_agent)


@dataclass(frozen=True)
class WellnessView:
    wellness: Wellness

    @property
    def silent(self) -> list[tuple[str, object]]:
        return list(silent_words(self.wellness.silent))

    @property
    def waiting(self) -> list[tuple[str, object]]:
        return [(str(WORK[Lane(lane)]), since) for lane, since in self.wellness.due_since.items()]


def sign_in_views(found: Sequence[SignIn]) -> list[SignInView]:
    return [SignInView(one) for one in found]
