"""What may be a risk and waits for a person, and the record of looking for it."""

from django.db import models
from django.db.models import Q

from anlan.web.catalog.models import Process
from anlan.web.common.models import Record
from anlan.web.risks.models.person import person
from anlan.web.risks.models.register import SOURCES, Risk


class Candidate(Record):
    """Something that may be a risk, waiting for a person: accepted, merged or declined with a reason.

    `key` is stable over re-runs (the finding's id), so that the next run updates it instead of adding.
    """

    class State(models.TextChoices):
        NEW = "new"
        ACCEPTED = "accepted"
        MERGED = "merged"
        DECLINED = "declined"

    code = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=12, choices=[(s, s) for s in SOURCES])
    title = models.JSONField(default=dict)
    statement = models.JSONField(default=dict)
    category = models.CharField(max_length=20)
    process = models.ForeignKey(Process, null=True, on_delete=models.CASCADE, related_name="candidates")
    nodes = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    level = models.CharField(max_length=20, blank=True)
    rank = models.SmallIntegerField(default=-1)
    annual_loss = models.FloatField(null=True)
    run = models.ForeignKey("runs.Run", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW, db_index=True)
    reason = models.CharField(max_length=400, blank=True)
    decided_by = person()
    decided_at = models.DateTimeField(null=True)
    risk = models.ForeignKey(Risk, null=True, on_delete=models.SET_NULL, related_name="candidates")

    class Meta:
        ordering = ["-rank", "-annual_loss", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "source", "key"], condition=~Q(key=""), name="candidate_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title.get('zh', '')}".strip()

    @property
    def loss_unit(self) -> str:
        return str(self.content.get("unit", ""))


class Identification(Record):
    """Risks were looked for with a checklist or in what people reported; the record of it.

    people, sources  who took part and what was looked at, as written by whoever did it
    entries          a dictionary for each question or line: what it says, `answer`, `note`, `nodes`, and the
                     code of the candidate that came of it
    """

    class Method(models.TextChoices):
        CHECKLIST = "checklist"
        FEEDBACK = "feedback"

    code = models.CharField(max_length=20, unique=True)
    method = models.CharField(max_length=12, choices=Method.choices)
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="identifications")
    people = models.CharField(max_length=300, blank=True)
    sources = models.CharField(max_length=300, blank=True)
    entries = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=("checklist", "feedback")), name="identification_method_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.process}"
