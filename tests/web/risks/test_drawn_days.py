"""Days under drawings are days where the reader is, as in the tables beside them."""

from datetime import UTC, datetime

from django.utils import timezone

from anlan.web.risks import drawings, trend
from anlan.web.risks.models import Assessment
from anlan.web.risks.services import assess_by_scores, create_risk, criteria_for


def test_an_evening_in_utc_is_the_next_day_in_shanghai(organisation) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(unit=organisation.north, title="x", category="process", source="report", actor=manager)
    for score in (2, 4):
        assess_by_scores(risk, stage="current", likelihood=score, severity=3, rationale="x", actor=manager)
    Assessment.objects.update(
        prepared_at=datetime(2026, 11, 29, 20, 13, tzinfo=UTC), annual_loss=5.0, loss_unit="customer_min"
    )
    made = list(risk.assessments.all())
    with timezone.override("Asia/Shanghai"):
        levels = drawings.level_history(risk, made, criteria_for(risk.unit))
        losses = trend.loss_trend(made)
    for drawn in (levels, losses):
        assert drawn is not None
        assert "2026-11-30" in drawn["svg"]
        assert "2026-11-29" not in drawn["svg"]
