"""Scheduled work of sources."""

from anlan.web.common.schedule import every
from anlan.web.sources.running import start_due
from anlan.web.sources.services import tell_of_silent


@every(code="sources.take", seconds=2)
def take() -> str:
    """Sources that are due; how many runs were begun."""
    return str(start_due() or "")


@every(code="sources.silent", seconds=30)
def silent() -> str:
    """Sources from which nothing has come for longer than stated; how many were told of."""
    return str(tell_of_silent() or "")
