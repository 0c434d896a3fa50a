"""Scheduled work on risks."""

from django.utils import timezone

from anlan.web.common.schedule import every
from anlan.web.risks.reviews_due import tell_due


@every(code="risks.reviews", hours=1)
def reviews() -> str:
    """Review dates that have come or passed."""
    return str(tell_due(timezone.now()) or "")
