"""One run = study + parameters + seed + input -> result and where it came from."""

from django.db import models

from anlan.web.catalog.models import EventLog, Process
from anlan.web.common.models import Record


class Run(Record):
    """A study in the background. `result` is a file below `ANLAN_HOME/reports`, named by its hash.

    about          code of the risk that is assessed, where the run is about one
    parameters     what the study was asked, as its specification names them
    input_sha256   of the log or of the given numbers
    figures        a few numbers of the result for lists and pages, so that these need not open the file
    verified       True: recomputed to the same bytes; False: not; None: not tried
    verifies       the run that this one recomputes
    fed_by         the run whose result this one was begun with
    attempts       counts claims by a worker; a worker may write only under the number it claimed
    worker, task   who has it, and which row of the queue brings it
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    code = models.CharField(max_length=20, unique=True)
    study = models.CharField(max_length=40)
    process = models.ForeignKey(Process, null=True, on_delete=models.CASCADE, related_name="runs")
    log = models.ForeignKey(EventLog, null=True, on_delete=models.PROTECT, related_name="runs")
    about = models.CharField(max_length=20, blank=True, default="", db_index=True)
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    input_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    progress = models.FloatField(default=0.0)
    step = models.CharField(max_length=40, blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.JSONField(null=True)
    result = models.CharField(max_length=300, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)
    verified = models.BooleanField(null=True)
    verified_at = models.DateTimeField(null=True)
    verifies = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="recomputed_by")
    fed_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="feeds")
    worker = models.CharField(max_length=64, blank=True)
    task = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def loss_mean(self) -> float | None:
        """Expected yearly loss, where the study has one."""
        return self.figures.get("loss_mean")

    @property
    def loss_unit(self) -> str:
        return str(self.figures.get("loss_unit", ""))

    @property
    def took_s(self) -> float | None:
        """From claim to end, in seconds."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.started_at).total_seconds())


FINISHED = (Run.State.DONE, Run.State.FAILED, Run.State.CANCELLED)


class Lease(models.Model):
    """Held by one process until a moment: the scheduler's seat, and the sign of life of each worker."""

    name = models.CharField(max_length=80, primary_key=True)
    holder = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)


class Duty(models.Model):
    """Scheduled work: when it is due next, and how it went last."""

    code = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "duties"
