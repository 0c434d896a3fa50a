"""Assessments over four stages, and reviews of what they say."""

from django.db import models
from django.db.models import F, Q

from anlan.domain.assessment_stages import STAGES
from anlan.web.risks.models.criteria import Criteria
from anlan.web.risks.models.person import person
from anlan.web.risks.models.register import Risk

NOT_COUNTING = ("draft", "returned", "withdrawn")
"""States of an assessment that says nothing of the risk (yet, or any more)."""


class Assessment(models.Model):
    """How likely and how bad at one stage, by one technique, under one version of the criteria.

    The level follows from the criteria. Prepared, reviewed and approved by different people; locked
    once approved; until then it can be sent back with a reason and no longer counts. `values` holds what the
    technique was given and found (scores, distribution, experts).
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PREPARED = "prepared"
        REVIEWED = "reviewed"
        APPROVED = "approved"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="assessments")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=[(s, s) for s in STAGES])
    technique = models.CharField(max_length=40)
    criteria = models.ForeignKey(Criteria, on_delete=models.PROTECT, related_name="+")
    likelihood_value = models.FloatField(null=True)
    severity_value = models.FloatField(null=True)
    likelihood = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=20)
    level_low = models.CharField(max_length=20, blank=True)
    level_high = models.CharField(max_length=20, blank=True)
    annual_loss = models.FloatField(null=True)
    annual_loss_low = models.FloatField(null=True)
    annual_loss_high = models.FloatField(null=True)
    loss_unit = models.CharField(max_length=12, blank=True)
    values = models.JSONField(default=dict)
    rationale = models.TextField(blank=True)
    run = models.ForeignKey("runs.Run", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    prepared_by = person()
    prepared_at = models.DateTimeField(null=True)
    reviewed_by = person()
    reviewed_at = models.DateTimeField(null=True)
    approved_by = person()
    approved_at = models.DateTimeField(null=True)
    returned_by = person()
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=400, blank=True)
    valid_until = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["risk_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["risk", "number"], name="assessment_number_once_per_risk"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("prepared_by")), name="reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("prepared_by")) & ~Q(approved_by=F("reviewed_by"))),
                name="approved_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk.code} #{self.number}"


class Review(models.Model):
    """Looked at again: still valid (with the reason) or to be assessed anew."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="reviews")
    at = models.DateTimeField(auto_now_add=True)
    by = person()
    still_valid = models.BooleanField()
    reason = models.CharField(max_length=400)
    next_review_on = models.DateField()

    class Meta:
        ordering = ["-id"]
