"""A model of causes and consequences: the inputs of a method, finished or not."""

from django.db import models
from django.db.models import Q

from anlan.loop.quantify.cause_models import CODES
from anlan.web.common.models import Record
from anlan.web.risks.models import Risk


class CauseModel(Record):
    """A fault tree, an event tree or a bow-tie.

    about    the risk it explains, where it explains one
    source   where it comes from: a study, a team, a file
    inputs   as a spec file of the method writes them; they may have faults while it is drawn
    faults   how many there were when it was last kept; 0: it can be calculated
    """

    code = models.CharField(max_length=20, unique=True)
    method = models.CharField(max_length=20, choices=[(code, code) for code in CODES])
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    about = models.ForeignKey(Risk, null=True, on_delete=models.SET_NULL, related_name="cause_models")
    inputs = models.JSONField(default=dict)
    faults = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(method__in=CODES), name="cause_model_method_known"),
            models.CheckConstraint(condition=~Q(title=""), name="cause_model_has_title"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
