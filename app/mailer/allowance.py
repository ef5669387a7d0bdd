"""Asking whether a mail may go to its provider now. All workers share one count in Redis, which nobody waits for; while
that is away each counts its own share.
"""

import time
from dataclasses import dataclass, field, replace
from typing import cast

from flask import current_app

from app.kernel.jobs import Lane, bells
from app.mailer.errors import PostponedError
from app.mailer.kinds import Claim, Fault
from app.mailer.rates import Bucket, Rate, domain_of, parse_rates, rate_for

KEY = "belfry.mail_allowance"
MAIL_LANES = (Lane.URGENT_MAIL.value, Lane.MAIL.value)
# ``Bucket.take`` by the clock of Redis, in one step, so that no two workers take the same.
TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local rate, burst, needed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(burst, (tonumber(known[1]) or burst) + math.max(0, now - (tonumber(known[2]) or now)) * rate)
local wait = 0
if tokens < needed then wait = (needed - tokens) / rate else tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 60)
return tostring(wait)
"""


@dataclass
class Allowance:
    """``share`` is this process's of each rate while it counts alone. ``turns`` are what was given out already to mails
    that wait, so that they come back one by one and not all at once.
    """

    rates: dict[str, Rate]
    share: float
    buckets: dict[str, Bucket] = field(default_factory=dict)
    turns: dict[str, float] = field(default_factory=dict)

    def wait_for(self, address: str, *, is_urgent: bool) -> float:
        """0 when a mail may go there now, else in how many seconds it should be looked at again."""
        domain, moment = domain_of(address), time.monotonic()
        rate = rate_for(self.rates, domain)
        if rate is None:
            return 0.0
        wait = self._shared(domain, rate, is_urgent=is_urgent)
        if wait is None:
            wait = self._alone(domain, rate, moment, is_urgent=is_urgent)
        if not wait:
            return 0.0
        turn = max(moment + wait, self.turns.get(domain, 0.0) + 1 / rate.per_second)
        self.turns[domain] = turn
        return turn - moment

    def _shared(self, domain: str, rate: Rate, *, is_urgent: bool) -> float | None:
        needed, found = 1 + rate.kept_back(is_urgent=is_urgent), list[float]()
        connection = bells().connection

        def ask() -> None:
            keys = [f"belfry:mail-rate:{domain}"]
            answer = connection.eval(TAKE, 1, *keys, rate.per_second, rate.burst, needed)
            found.append(float(cast("bytes", answer)))

        return found[0] if bells().breaker.attempt(ask) else None

    def _alone(self, domain: str, rate: Rate, moment: float, *, is_urgent: bool) -> float:
        own = replace(rate, per_second=rate.per_second * self.share)
        bucket = self.buckets.setdefault(domain, Bucket(own.burst, moment))
        return bucket.take(own, moment, is_urgent=is_urgent)


def claim_allowance(claim: Claim) -> None:
    """Raise PostponedError when the provider of its reader has had enough for now: that is no try of the letter."""
    wait = _of_this_process().wait_for(claim.address, is_urgent=claim.is_urgent)
    if wait:
        raise PostponedError(Fault.TOO_MANY, wait)


def _of_this_process() -> Allowance:
    settings, known = current_app.extensions["belfry.settings"], current_app.extensions.get(KEY)
    if known is None or known[0] != settings.mail_rates:
        workers = sum(lane in MAIL_LANES for lane in settings.workers)
        known = (settings.mail_rates, Allowance(parse_rates(settings.mail_rates), 1 / max(1, workers)))
        current_app.extensions[KEY] = known
    return cast("tuple[str, Allowance]", known)[1]
