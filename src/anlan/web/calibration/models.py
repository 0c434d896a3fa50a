"""What was observed of a risk in a period, and the track records of those who estimated."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anlan.domain.assessment_stages import STAGES
from anlan.web.risks.models import Risk


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Outcome(models.Model):
    """How often a risk happened in a period, as somebody found out, with the source. Withdrawn rather than
    changed: a correction is a new outcome."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="outcomes")
    period_from = models.DateField()
    period_to = models.DateField()
    events = models.PositiveIntegerField()
    source = models.CharField(max_length=300)
    noted_at = models.DateTimeField(auto_now_add=True)
    noted_by = _person()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = _person()
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-period_to", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="outcome_period_is_one"),
            models.UniqueConstraint(
                fields=["risk", "period_from", "period_to"], condition=Q(withdrawn_at=None),
                name="outcome_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="outcome_withdrawn_with_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.risk.code} {self.period_from}–{self.period_to}"


class TrackRecord(models.Model):
    """Estimates of a unit's risks held against outcomes, by a run of `calibration`.

    pairs: of each estimate and outcome: risk, method, expert, where the estimate is from, what it said of the
    period, what was observed. stage: of which estimates. left_out: estimates whose interval no rate has, with
    why.
    """

    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=20, choices=[(s, s) for s in STAGES], default="current")
    pairs = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    run = models.ForeignKey("runs.Run", on_delete=models.PROTECT, related_name="track_records")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = _person()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code
