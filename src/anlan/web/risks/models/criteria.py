"""What a unit judges risks by: versions of its criteria, and what it tolerates."""

from django.db import models
from django.db.models import Q

from anlan.web.risks.models.person import person


class Criteria(models.Model):
    """A version of a unit's risk criteria. `content` as in a result's `criteria`; one version is in force."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="criteria")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    content = models.JSONField()
    in_force = models.BooleanField(default=False)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    created_by = person()
    approved_by = person()

    class Meta:
        ordering = ["unit_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="criteria_number_once_per_unit"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(in_force=True), name="one_criteria_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Appetite(models.Model):
    """What a unit tolerates in a category: the highest level, and a yearly loss of one risk where named.

    total_loss, total_chance: of the entry for all categories; the loss of all risks together in a year, and
    how likely (0 to 1) a year above it may be.
    """

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="appetites")
    category = models.CharField(max_length=20, blank=True)
    highest_level = models.CharField(max_length=20)
    annual_loss = models.FloatField(null=True, blank=True)
    total_loss = models.FloatField(null=True, blank=True)
    total_chance = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "category"], name="appetite_once_per_category"),
            models.CheckConstraint(
                condition=models.Q(total_loss__isnull=True, total_chance__isnull=True)
                | models.Q(total_loss__gte=0, total_chance__gt=0, total_chance__lt=1),
                name="appetite_total_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} {self.category}".strip()
