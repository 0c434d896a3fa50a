"""A workbook on its way into the register."""

from django.db import models

from anlan.web.common.models import BackgroundWork, Record


class RegisterImport(Record, BackgroundWork):
    """A workbook on its way into the register: checked first, written in the background when confirmed.

    `preview`: counts per outcome and the first lines of each.
    """

    class State(models.TextChoices):
        CHECKED = "checked"
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    file = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    preview = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKED)
    leave_out = models.BooleanField(default=False)
    progress = models.FloatField(default=0.0)
    step = models.CharField(max_length=20, blank=True)
    error = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
