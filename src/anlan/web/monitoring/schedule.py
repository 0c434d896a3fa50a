"""Scheduled work of monitoring: looking at what is new, and seeing that series still speak."""

import time

from anlan.web.common.schedule import every
from anlan.web.monitoring.services.escalating import escalate, wake
from anlan.web.monitoring.services.missing import look_for_missing
from anlan.web.monitoring.services.usual import refit
from anlan.web.monitoring.services.watching import watch


@every(code="monitoring.watch", seconds=1)
def look() -> str:
    """New readings of every series; how many series were looked at."""
    return str(watch() or "")


@every(code="monitoring.usual", minutes=10)
def usual() -> str:
    """Usual weeks that are missing or a day old; how many were fitted."""
    return str(refit(now=time.time_ns() // 1000) or "")


@every(code="monitoring.missing", seconds=30)
def missing() -> str:
    """Series that have been silent for too long; how many alerts were opened or raised."""
    return str(look_for_missing(now=time.time_ns() // 1000) or "")


@every(code="monitoring.escalate", seconds=15)
def up_the_line() -> str:
    """Alerts that nobody acts on in time, and those whose silence has ended; how many steps were done."""
    return str((wake() + escalate()) or "")
