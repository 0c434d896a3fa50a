"""How often one may ask: so many requests a minute for each token, person or address.

Counted in the cache of the server process, so that a request that only reads writes nothing to the
database; with several processes each counts for itself.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from anlan.web.common.rest.refusals import Refusal

WINDOW_S = 60


@dataclass(frozen=True)
class Allowance:
    """limit: requests a minute; left: of them in this minute; reset_s: until the next begins."""

    limit: int
    left: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.left)),
            "RateLimit-Reset": str(self.reset_s),
        }


def count(who: str, *, limit: int | None = None) -> Allowance:
    """Count one request of `who`. Refusal 429 where the minute's allowance is used up."""
    most = settings.API_REQUESTS_PER_MINUTE if limit is None else limit
    now = time.time()
    window = int(now // WINDOW_S)
    key = f"api-limit:{who}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW_S)
    used = cache.incr(key)
    allowance = Allowance(most, most - used, WINDOW_S - int(now % WINDOW_S))
    if used > most:
        headers = allowance.headers | {"Retry-After": str(allowance.reset_s)}
        raise Refusal(429, "too_many", headers=headers, limit=most, seconds=allowance.reset_s)
    return allowance
