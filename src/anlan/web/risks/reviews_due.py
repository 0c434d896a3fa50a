"""Risks whose review date has come, or has passed."""

import zoneinfo
from datetime import datetime, timedelta

from anlan.web.risks.models import Risk
from anlan.web.risks.services.telling import tell_of_reviews

LOOKS_BACK_DAYS = 30
"""A date passed longer ago stands in the register and on the first page; nobody is told of it anew."""


def tell_due(now: datetime) -> int:
    """Tell whoever should review, on the day (of the unit) and once more when it has passed."""
    dates = (now.date() - timedelta(days=LOOKS_BACK_DAYS), now.date() + timedelta(days=1))
    found = Risk.objects.filter(next_review_on__range=dates).exclude(phase="closed")
    due, overdue = [], []
    for risk in found.select_related("unit", "owner__unit").order_by("next_review_on", "pk"):
        today = now.astimezone(zoneinfo.ZoneInfo(risk.unit.time_zone)).date()
        if risk.next_review_on == today:
            due.append(risk)
        elif risk.next_review_on is not None and risk.next_review_on < today:
            overdue.append(risk)
    return tell_of_reviews(due, "review_due") + tell_of_reviews(overdue, "review_overdue")
