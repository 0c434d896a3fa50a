"""Where readings come from by themselves: what is asked, how far it was taken, and what each run brought."""

from django.db import models
from django.db.models import Q

from anlan.web.common.models import Record


class Source(Record):
    """A source of readings of a unit and the units below it.

    kind       of `sources.kinds.KINDS`; settings: as that kind reads them, without its secret
    secret     sealed with a key of the installation, empty where there is none
    every_s    seconds between two runs; silent_after_s: without a reading for so long it is dead, None: never
    place      how far it was taken, in the words of its kind
    next_at    when it is due
    seen_at    when a reading came last; silent_told: since when the silence lasts that people were told of
    error      of the newest run as `{"code", "parameters"}`, empty where it went well
    taken, corrected, doubts   readings since it was made
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    every_s = models.PositiveIntegerField(default=300)
    silent_after_s = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    place = models.JSONField(default=dict)
    next_at = models.DateTimeField()
    run_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    silent_told = models.DateTimeField(null=True)
    error = models.JSONField(default=dict)
    taken = models.PositiveBigIntegerField(default=0)
    corrected = models.PositiveBigIntegerField(default=0)
    doubts = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["status", "next_at"], name="sources_by_due")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="source_has_a_name")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SourceRun(models.Model):
    """One run that brought something or failed; runs with nothing new leave no row.

    item  what it took, where the source holds several: the name of a file
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    item = models.CharField(max_length=255, blank=True)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    doubts = models.PositiveIntegerField(default=0)
    error = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "-id"], name="runs_of_source")]


class SourceFile(models.Model):
    """A file that was looked at, by its content: the same content is never taken again.

    failed  it cannot be read, or none of its rows is believed; looked at again once the settings are others
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    modified_ns = models.BigIntegerField()
    failed = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["source", "sha256"], name="source_file_once")]
        indexes = [models.Index(fields=["source", "name"], name="source_files_by_name")]
