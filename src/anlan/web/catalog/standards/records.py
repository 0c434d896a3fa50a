"""A standard or promise, its versions with their check items, and the log of whether it was kept."""

from django.conf import settings
from django.db import models

from anlan.web.common.models import Record

LONGEST = 400
"""Characters of a text, a reason, a cause."""


def _person(**named: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", **named
    )


class Standard(Record):
    """What a unit holds itself to (standard) or has told its customers (promise). What it says stands in its
    versions; the code stays."""

    class Kind(models.TextChoices):
        STANDARD = "standard"
        PROMISE = "promise"

    code = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = _person()
    withdrawn_reason = models.CharField(max_length=LONGEST, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_reason=""),
                name="standard_withdrawn_with_reason",
            )
        ]

    def __str__(self) -> str:
        return self.code


class StandardVersion(models.Model):
    """What the standard says from a day on.

    node_key     of the process, where it applies to one node alone
    figure       what is measured, in `figure_unit`; `target` with `direction`: at least or at most so much
    review_on    when somebody should look whether it still fits
    """

    class Direction(models.TextChoices):
        AT_MOST = "at_most"
        AT_LEAST = "at_least"

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=LONGEST)
    text_en = models.CharField(max_length=LONGEST, blank=True)
    process = models.ForeignKey(
        "catalog.Process", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    node_key = models.CharField(max_length=200, blank=True)
    figure = models.CharField(max_length=120, blank=True)
    figure_en = models.CharField(max_length=120, blank=True)
    figure_unit = models.CharField(max_length=20, blank=True)
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.AT_MOST)
    target = models.FloatField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField()
    reason = models.CharField(max_length=LONGEST)
    author = _person()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["standard_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="version_number_once_per_standard"),
            models.CheckConstraint(
                condition=models.Q(target=None) | ~models.Q(figure=""), name="standard_target_has_figure"
            ),
            models.CheckConstraint(
                condition=models.Q(node_key="") | models.Q(process__isnull=False),
                name="standard_node_has_process",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard} v{self.number}"


class CheckItem(models.Model):
    """What is looked at to say whether the standard was kept. number: the same over versions."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST)
    text_en = models.CharField(max_length=LONGEST, blank=True)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="item_number_once_per_version")
        ]

    def __str__(self) -> str:
        return self.text


class StandardEntry(models.Model):
    """Once on a day: kept or broken. item: as it read in the version of that day; measured: in the version's
    unit. Entries are never deleted, a wrong one is withdrawn with its reason."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    on = models.DateField()
    kept = models.BooleanField()
    item = models.ForeignKey(CheckItem, null=True, on_delete=models.PROTECT, related_name="+")
    measured = models.FloatField(null=True)
    cause = models.CharField(max_length=LONGEST, blank=True)
    remedy = models.CharField(max_length=LONGEST, blank=True)
    note = models.CharField(max_length=LONGEST, blank=True)
    by = _person()
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = _person()
    withdrawn_reason = models.CharField(max_length=LONGEST, blank=True)

    class Meta:
        ordering = ["-on", "-number"]
        indexes = [models.Index(fields=["standard", "on"], name="entries_of_standard")]
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="entry_number_once_per_standard"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_reason=""),
                name="entry_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard} #{self.number}"
