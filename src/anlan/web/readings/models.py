"""Readings of series, what became of each delivery, and how far each series is watched.

Nothing here points into the other database: a series is its number there. Times are whole microseconds UTC.
"""

from django.db import models


class Reading(models.Model):
    """What is believed of a series at a time.

    value     in the unit of the indicator's definition; None: told to be missing
    n         of how many cases; None where it is no sample
    revision  how many values stood here before (`Superseded`)
    """

    class Quality(models.IntegerChoices):
        GOOD = 0
        DOUBTFUL = 1
        ESTIMATED = 2

    series = models.BigIntegerField()
    at = models.BigIntegerField()
    value = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    quality = models.PositiveSmallIntegerField(default=Quality.GOOD, choices=Quality.choices)
    source = models.CharField(max_length=40)
    received = models.BigIntegerField()
    revision = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "at"], name="reading_once")]


class Superseded(models.Model):
    """What a reading was before it was corrected."""

    series = models.BigIntegerField()
    at = models.BigIntegerField()
    revision = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    quality = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=40)
    received = models.BigIntegerField()
    replaced = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "at", "revision"], name="superseded_once")]


class Delivery(models.Model):
    """A batch that was taken. The same key of the same source is taken once; `answer` is given again.

    content  hash of what came: the same key with other content is refused
    """

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    received = models.BigIntegerField()
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="delivery_once")]
        indexes = [models.Index(fields=["received"], name="deliveries_by_time")]


class Quarantined(models.Model):
    """A reading that is not believed: as it came, and why; a person takes it or drops it.

    unit  of the indicator it names, so that only its people see it; None where it names none
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"
        DROPPED = "dropped"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="quarantined")
    row = models.PositiveIntegerField()
    content = models.CharField(max_length=1000)
    code = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    unit = models.BigIntegerField(null=True)
    indicator = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.BigIntegerField(null=True)
    decided = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "unit"], name="quarantined_by_state")]


class Touched(models.Model):
    """A series with readings that nobody has looked at yet.

    since   the earliest of them; stamp: another after each delivery, so that more is not missed
    """

    series = models.BigIntegerField(unique=True)
    since = models.BigIntegerField()
    stamp = models.BigIntegerField()


class Watch(models.Model):
    """How far a series is watched under a version of its definition.

    at, state    the last reading looked at, and the detector's state after it
    base_at, base_state   the same some readings earlier, from where a late or corrected one is looked at
    n            readings looked at since the base
    too_late     readings that came from before the base: kept and drawn, but set nothing off
    """

    series = models.BigIntegerField(unique=True)
    number = models.PositiveIntegerField()
    at = models.BigIntegerField()
    state = models.JSONField()
    base_at = models.BigIntegerField()
    base_state = models.JSONField()
    n = models.PositiveIntegerField(default=0)
    too_late = models.PositiveIntegerField(default=0)


class Usual(models.Model):
    """The usual week of a series, refitted now and then from its readings of the last weeks.

    centre, spread  of 192 hours as `maths.detection.seasonal` has them; n: readings behind them
    """

    series = models.BigIntegerField(unique=True)
    fitted = models.BigIntegerField()
    n = models.PositiveIntegerField()
    zone = models.CharField(max_length=60)
    centre = models.JSONField()
    spread = models.JSONField()
