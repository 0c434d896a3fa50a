"""Indicators with their versions, the series they are measured in, and alerts with what was done to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anlan.loop.monitor import alerts
from anlan.web.catalog.models import Process
from anlan.web.common.models import Record
from anlan.web.risks.models import Assessment, Risk


class Indicator(Record):
    """What is measured. `document`: as `loop.monitor.definitions` reads it; `number`: its version.

    nodes   keys of the nodes of its process that it watches
    origin  where it came from: `hand`, or `run:<code>` of the run that proposed it
    inputs  indicators its formula names; calculated: version whose formula was computed over all that is kept
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        RETIRED = "retired"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    definition = models.TextField(blank=True)
    definition_en = models.TextField(blank=True)
    process = models.ForeignKey(
        Process, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators"
    )
    nodes = models.JSONField(default=list)
    risks = models.ManyToManyField(Risk, related_name="indicators")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    document = models.JSONField(default=dict)
    number = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=40, default="hand")
    inputs = models.ManyToManyField("self", symmetrical=False, related_name="dependants")
    calculated = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="indicator_has_a_name")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IndicatorVersion(models.Model):
    """A definition that held, why it was changed, and by whom."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["indicator_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_once")]


class Series(models.Model):
    """An indicator in a unit, and where it has dimensions, for values of them.

    key    of the dimensions, empty where there are none
    level  alert level now, 0 to 4; last_*: its newest reading; times in microseconds UTC
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="series")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    dimensions = models.JSONField(default=dict)
    key = models.CharField(max_length=400, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    last_at = models.BigIntegerField(null=True)
    last_value = models.FloatField(null=True)
    last_n = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["indicator_id", "unit_id", "key"]
        constraints = [models.UniqueConstraint(fields=["indicator", "unit", "key"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.unit}"


class Alert(Record):
    """An episode in which a series was beyond a limit or silent, and what people did about it.

    kind       `level`: its readings were too bad; `missing`: none came for too long, first_at is the last one
    episode    names the series and the reading that opened it: one alert an episode
    level      now, of the episode while it lasts; highest: the worst it was
    value, threshold, n  of the reading that moved it last, in the unit of the indicator
    first_at, last_at    of readings, microseconds UTC; count: readings beyond a limit
    """

    class Kind(models.TextChoices):
        LEVEL = "level"
        MISSING = "missing"

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LEVEL)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="alerts")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="alerts")
    episode = models.CharField(max_length=60, unique=True)
    level = models.PositiveSmallIntegerField()
    highest = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=14, choices=[(each, each) for each in alerts.STATES])
    value = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    first_at = models.BigIntegerField()
    last_at = models.BigIntegerField()
    count = models.PositiveIntegerField(default=1)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="alerts"
    )
    acknowledge_by = models.DateTimeField()
    resolve_by = models.DateTimeField()
    close_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    recovered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    disposition = models.CharField(max_length=12, blank=True)
    cause = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["unit", "state"], name="alerts_by_state"),
            models.Index(fields=["series", "-id"], name="alerts_of_series"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=alerts.CLOSED) | (~Q(disposition="") & ~Q(cause="")),
                name="closed_alert_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.code


class AlertStep(models.Model):
    """Something that happened to an alert. deed: of a person one of `alerts.DEEDS` or `note`; of the watch
    `fire`, `raise`, `lower`, `recover`, `again`; of the clock `remind`, `escalate`, `supervise`, `lapse`,
    `wake`; `by` is empty there. key: of what may happen once to the alert."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    deed = models.CharField(max_length=14)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["alert_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "key"], condition=~Q(key=""), name="alert_step_once_per_key"
            )
        ]


class AlertEffect(models.Model):
    """What a person decided on an alert as evidence on a risk: taken as an assessment, or declined and why.

    document  figures as they were shown when it was decided
    """

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="effects")
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="alert_effects")
    assessment = models.OneToOneField(
        Assessment, null=True, on_delete=models.PROTECT, related_name="alert_effect"
    )
    reason = models.CharField(max_length=400, blank=True)
    document = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "risk"], name="effect_decided_once"),
            models.CheckConstraint(
                condition=Q(assessment__isnull=False) | ~Q(reason=""), name="declined_effect_says_why"
            ),
        ]


class Silence(Record):
    """While it lasts new alerts ask nobody for anything: of one indicator, or all of the unit and below."""

    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.CASCADE, related_name="silences"
    )
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=400)

    class Meta:
        ordering = ["-ends"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("begins")), name="silence_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="silence_has_a_reason"),
        ]
