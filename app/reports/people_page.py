"""What a report shows of each person. Words are made when a template asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.catalogue.kinds import Category, Channel, Role
from app.catalogue.words import CHANNELS
from app.notifications.words import FATES, ROLES, list_of, wait_words
from app.reports.kinds import Attempt, Delivery, Person
from app.reports.rules import tone
from app.reports.words import OUTCOMES, why

ICONS = {Channel.IN_APP: "inbox", Channel.WEBSOCKET: "bell-ring", Channel.EMAIL: "mail", Channel.PUSH: "smartphone"}


@dataclass(frozen=True)
class DeliveryView:
    delivery: Delivery
    category: Category

    @property
    def icon(self) -> str:
        return ICONS[self.delivery.channel]

    @property
    def channel_words(self) -> str:
        return str(CHANNELS[self.delivery.channel])

    @property
    def tone(self) -> str:
        return tone(self.delivery.channel, self.delivery.fate)

    @property
    def status_words(self) -> str:
        return str(FATES[self.delivery.fate])

    @property
    def reason(self) -> str:
        if self.delivery.waits_until:
            return wait_words(self.delivery.reason, self.delivery.waits_until)
        return why(self.delivery.reason, self.category, self.delivery.channel)

    @property
    def attempts(self) -> list[tuple[Attempt, str]]:
        return [(attempt, str(OUTCOMES[attempt.outcome])) for attempt in self.delivery.attempts]


@dataclass(frozen=True)
class PersonView:
    person: Person
    category: Category

    @property
    def who(self) -> str:
        """ "Guardian of Mina and Yusuf", or what else they are."""
        role = str(ROLES[self.person.role])
        if self.person.role is not Role.PARENT or not self.person.children:
            return role
        first_names = [(name.split() or [name])[0] for name in self.person.children]
        return str(_("Guardian of %(children)s", children=list_of(first_names)))

    @property
    def deliveries(self) -> list[DeliveryView]:
        return [DeliveryView(one, self.category) for one in self.person.deliveries]


def person_views(persons: Sequence[Person], category: Category) -> list[PersonView]:
    return [PersonView(person, category) for person in persons]
