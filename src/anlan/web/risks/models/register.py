"""The register: risks, the facts a unit keeps beside, remarks, followers, and saved views."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anlan.web.catalog.models import Process
from anlan.web.common.models import Record
from anlan.web.risks.models.person import person

CATEGORIES = (
    "people", "technology", "environment", "management", "service_quality", "process", "customer",
    "supplier", "data_security", "market", "compliance", "safety",
)  # fmt: skip
SOURCES = ("log", "checklist", "workshop", "feedback", "report", "incident", "audit", "library", "external")
PHASES = ("identified", "analysed", "evaluated", "treated", "monitored", "closed")


class Risk(Record):
    """A line of the register: cause - event - consequence at nodes of a process.

    Levels and losses are never typed in: `level_<stage>` and `annual_loss` copy the newest valid
    assessment of the stage, so that lists need no join.
    """

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    cause = models.TextField(blank=True)
    event = models.TextField(blank=True)
    consequence = models.TextField(blank=True)
    category = models.CharField(max_length=20, choices=[(c, c) for c in CATEGORIES], db_index=True)
    source = models.CharField(max_length=12, choices=[(s, s) for s in SOURCES])
    phase = models.CharField(
        max_length=12, choices=[(p, p) for p in PHASES], default="identified", db_index=True
    )
    process = models.ForeignKey(
        Process, null=True, blank=True, on_delete=models.PROTECT, related_name="risks"
    )
    nodes = models.JSONField(default=list)
    owner = person()
    tags = models.JSONField(default=list)
    custom = models.JSONField(default=dict)
    review_cycle_days = models.PositiveIntegerField(default=90)
    next_review_on = models.DateField(null=True, blank=True, db_index=True)
    level_inherent = models.CharField(max_length=20, blank=True)
    level_current = models.CharField(max_length=20, blank=True, db_index=True)
    level_residual_expected = models.CharField(max_length=20, blank=True)
    level_residual_observed = models.CharField(max_length=20, blank=True)
    rank_current = models.SmallIntegerField(default=-1, db_index=True)
    provisional = models.BooleanField(default=False)
    beyond_appetite = models.BooleanField(default=False, db_index=True)
    annual_loss = models.FloatField(null=True)
    annual_loss_low = models.FloatField(null=True)
    annual_loss_high = models.FloatField(null=True)
    loss_unit = models.CharField(max_length=12, blank=True)
    search = models.TextField(blank=True)

    class Meta:
        ordering = ["-rank_current", "-annual_loss", "id"]
        indexes = [models.Index(fields=["unit", "phase"], name="risks_of_unit_by_phase")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CustomField(models.Model):
    """A fact that a unit and those below it keep of their risks beside the ones all have.

    `key` names the value in `Risk.custom`. `choices`: `{"code", "zh", "en"}` in order. A retired field takes
    no new values; those it has stay and are shown.
    """

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        DATE = "date"
        CHOICE = "choice"
        CHOICES = "choices"
        YES_NO = "yes_no"
        PERSON = "person"

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="custom_fields")
    key = models.CharField(max_length=30, unique=True)
    label = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    measure = models.CharField(max_length=20, blank=True)
    least = models.FloatField(null=True, blank=True)
    most = models.FloatField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most")), name="bounds_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Comment(models.Model):
    """A remark on a risk; `mentions` are the user names it calls."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="comments")
    at = models.DateTimeField(auto_now_add=True)
    by = person()
    text = models.TextField()
    mentions = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]


class Watch(models.Model):
    """A person who wants to hear of changes to a risk."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["risk", "user"], name="watch_once")]


class SavedView(models.Model):
    """A person's filters, columns and order of the register under a name; shared ones are seen by all.

    `first`: what the person finds when the register is opened.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=800)
    shared = models.BooleanField(default=False)
    first = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(first=True), name="one_first_view"),
        ]

    def __str__(self) -> str:
        return self.name
