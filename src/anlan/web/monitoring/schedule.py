"""Scheduled work of monitoring: looking at what is new, and seeing that series still speak."""

from anlan.web.common.schedule import every
from anlan.web.monitoring.services.watching import watch


@every(code="monitoring.watch", seconds=1)
def look() -> str:
    """New readings of every series; how many series were looked at."""
    return str(watch() or "")
