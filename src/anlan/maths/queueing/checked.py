"""What every queue demands of its numbers."""

import math

from anlan.domain.errors import UsageError

MOST_SERVERS = 100_000


def positive(**numbers: float) -> None:
    """Errors: UsageError `queueing.not_positive` names the first number that is not finite and above zero."""
    for name, value in numbers.items():
        if not (math.isfinite(value) and value > 0):
            raise UsageError("queueing.not_positive", name=name, found=value)


def servers_counted(servers: int) -> None:
    """Errors: UsageError `queueing.servers` unless a whole number from 1 to `MOST_SERVERS`."""
    if servers != int(servers) or not 1 <= servers <= MOST_SERVERS:
        raise UsageError("queueing.servers", found=servers, most=MOST_SERVERS)


def below_full(load: float, servers: int) -> None:
    """Errors: UsageError `queueing.overloaded` where work arrives as fast as all servers do it, or faster."""
    if load >= servers:
        raise UsageError("queueing.overloaded", load=load, servers=servers)
