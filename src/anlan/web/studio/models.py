"""Twins of a process, designs of a twin, and comparisons of designs with the process as it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anlan.web.catalog.models import EventLog, Process, ProcessVersion
from anlan.web.common.models import Record
from anlan.web.risks.models import Risk
from anlan.web.runs.models import Run


class Twin(Record):
    """A version of a process's twin: the inputs of `process_simulation`, and where they come from.

    source   log: calibrated by `run` from `log`; file: a spec that was read; hand: answers on a page; edit:
             answers of `based_on` that a person changed
    inputs   as a spec file has them; a twin is never changed, a change is a new number
    told     of a calibrated one: sections of its result beside the inputs (`anlan.twin/1`); of a changed one
             those of the twin it is based on, `origin`: how the first of them was made, and `edited`:
             table -> names of the rows that people have changed since
    card     how it held against a log (`card` of `anlan.twin/1`); empty where nobody tried
    checked_by  the run that made the card
    simulated_by  the newest run that was asked how it does: its figures with their intervals
    proposals   designs that the log and a run of it ask for: name, changes, reason in both languages, effort,
                what they rest on, the run and the version of the process in force then
    """

    SOURCES = ("log", "file", "hand", "edit")

    code = models.CharField(max_length=20, unique=True)
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="twins")
    number = models.PositiveIntegerField()
    in_force = models.BooleanField(default=False)
    source = models.CharField(max_length=4, choices=[(each, each) for each in SOURCES])
    note = models.CharField(max_length=400, blank=True)
    file = models.CharField(max_length=200, blank=True)
    inputs = models.JSONField()
    seed = models.BigIntegerField(default=0)
    told = models.JSONField(default=dict)
    card = models.JSONField(default=dict)
    proposals = models.JSONField(default=list)
    log = models.ForeignKey(EventLog, null=True, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    simulated_by = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")

    class Meta:
        ordering = ["process_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="twin_number_once"),
            models.UniqueConstraint(
                fields=["process"], condition=Q(in_force=True), name="twin_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.process} #{self.number}"


class TwinDesign(Record):
    """Changes of a twin, as data: rows of `loop.improve.designs.fields.CHANGE`.

    risks    what it is to lower; draft: the version of the process made to try it
    origin   the proposal it was made of; empty where somebody thought of it
    carried_from  the design of an earlier twin that it came along from
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        PILOT = "pilot"
        IN_FORCE = "in_force"
        DROPPED = "dropped"

    code = models.CharField(max_length=20, unique=True)
    twin = models.ForeignKey(Twin, on_delete=models.CASCADE, related_name="designs")
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=list)
    origin = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    risks = models.ManyToManyField(Risk, related_name="designs")
    carried_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="carried_to")
    draft = models.ForeignKey(ProcessVersion, null=True, on_delete=models.SET_NULL, related_name="designs")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["twin", "name"], name="design_name_once_per_twin"),
            models.CheckConstraint(condition=~Q(name=""), name="design_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DesignComparison(models.Model):
    """Designs beside the process as it is, as they were when it was asked.

    kind     compare: those of `designs` alone; search: the best set of them under a budget as well
    designs  of each: code, name, changes
    """

    KINDS = ("compare", "search")

    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    twin = models.ForeignKey(Twin, on_delete=models.CASCADE, related_name="comparisons")
    kind = models.CharField(max_length=7, choices=[(each, each) for each in KINDS], default="compare")
    title = models.CharField(max_length=160, blank=True)
    designs = models.JSONField(default=list)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="design_comparisons")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()
