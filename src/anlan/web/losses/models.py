"""Numbers of risks given for the yearly loss, what joins risks, what is tolerated, and the loss years."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anlan.domain.assessment_stages import STAGES
from anlan.web.risks.models import Risk


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class RiskNumbers(models.Model):
    """How often a risk happens and what one loss costs, by three points, where no assessment says so.

    A change is a new version; of one risk and stage at most one is in force. records: losses the size rests
    on, None where people estimate it; source: who or what it rests on.
    """

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="loss_numbers")
    stage = models.CharField(max_length=20, choices=[(s, s) for s in STAGES])
    number = models.PositiveIntegerField()
    in_force = models.BooleanField(default=True)
    frequency = models.JSONField()
    severity = models.JSONField()
    loss_unit = models.CharField(max_length=12)
    records = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = _person()

    class Meta:
        ordering = ["risk_id", "stage", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["risk", "stage", "number"], name="loss_numbers_number_once"),
            models.UniqueConstraint(
                fields=["risk", "stage"], condition=Q(in_force=True), name="loss_numbers_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk.code} {self.stage} v{self.number}"


class _Version(models.Model):
    """A unit's version of something; one is in force, and holds below where no unit there has its own."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    in_force = models.BooleanField(default=True)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = _person()

    class Meta:
        abstract = True
        ordering = ["unit_id", "-number"]

    def __str__(self) -> str:
        return f"{self.unit.code} v{self.number}"


class RiskDependence(_Version):
    """What joins the risks of a unit: `content` as `loop.quantify.loss_year.dependence` reads it."""

    content = models.JSONField()

    class Meta(_Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="dependence_number_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(in_force=True), name="dependence_in_force_once"
            ),
        ]


class ToleranceCurve(_Version):
    """How likely a unit tolerates a year that loses more: `points` of `{"loss", "probability"}`; an empty
    list says that the curve of the unit above holds again."""

    points = models.JSONField()
    loss_unit = models.CharField(max_length=12)

    class Meta(_Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="tolerance_number_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(in_force=True), name="tolerance_in_force_once"
            ),
        ]


class LossYear(models.Model):
    """One computation: which risks with which numbers, what joined them, what was tolerated, and its runs.

    query      the register's filters that chose the risks
    risks      of each that was counted: code, titles, nodes, and by stage its numbers and where they are from
    left_out   of each that was not: code, titles, why
    tolerance  points that held then; empty where nothing was said
    current, inherent, residual_expected: runs of `annual_loss`; drivers: a run of `tornado`
    """

    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160, blank=True)
    query = models.CharField(max_length=800, blank=True)
    loss_unit = models.CharField(max_length=12)
    years = models.PositiveIntegerField()
    seed = models.BigIntegerField(default=0)
    dependence = models.ForeignKey(RiskDependence, null=True, on_delete=models.PROTECT, related_name="+")
    tolerance_curve = models.ForeignKey(ToleranceCurve, null=True, on_delete=models.PROTECT, related_name="+")
    tolerance = models.JSONField(default=list)
    risks = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    current = models.ForeignKey("runs.Run", on_delete=models.PROTECT, related_name="loss_years")
    inherent = models.ForeignKey("runs.Run", null=True, on_delete=models.PROTECT, related_name="+")
    residual_expected = models.ForeignKey("runs.Run", null=True, on_delete=models.PROTECT, related_name="+")
    drivers = models.ForeignKey("runs.Run", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = _person()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code
