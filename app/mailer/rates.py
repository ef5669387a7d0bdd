"""How many mails a provider takes at a time: ``MAIL_RATES`` as a program understands it, and the arithmetic. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
RATE = re.compile(r"(\*|[a-z0-9-]+(?:\.[a-z0-9-]+)+)=(\d{1,6})/([smh])", re.IGNORECASE)
ALL_OTHERS = "*"
LEAST_BURST = 2.0


@dataclass(frozen=True)
class Rate:
    """So many mails a second to one domain; as many as a second's may come at once."""

    per_second: float

    @property
    def burst(self) -> float:
        return max(LEAST_BURST, self.per_second)

    def kept_back(self, *, is_urgent: bool) -> float:
        """What must be left when a mail has gone: half is the emergencies' alone, so they never wait behind others."""
        return 0.0 if is_urgent else self.burst / 2


@dataclass
class Bucket:
    """What may go now: it fills by the rate, up to its burst, and each mail takes one."""

    tokens: float
    at: float

    def take(self, rate: Rate, moment: float, *, is_urgent: bool) -> float:
        """0 when a mail may go, which is counted; else in how many seconds one may."""
        self.tokens = min(rate.burst, self.tokens + max(0.0, moment - self.at) * rate.per_second)
        self.at = moment
        needed = 1 + rate.kept_back(is_urgent=is_urgent)
        if self.tokens < needed:
            return (needed - self.tokens) / rate.per_second
        self.tokens -= 1
        return 0.0


def parse_rates(text: str) -> dict[str, Rate]:
    """The rates of ``gmail.com=20/s,*=100/m``: by domain, ``*`` for each other. Raises ValueError for anything else."""
    rates: dict[str, Rate] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = RATE.fullmatch(part)
        if not found or not int(found[2]):
            raise ValueError(f"MAIL_RATES: {part!r} is not like gmail.com=20/s, with s, m or h")
        rates[found[1].lower()] = Rate(int(found[2]) / SECONDS[found[3].lower()])
    return rates


def rate_for(rates: Mapping[str, Rate], domain: str) -> Rate | None:
    return rates.get(domain) or rates.get(ALL_OTHERS)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
