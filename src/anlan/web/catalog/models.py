"""Processes as versions of nodes and flows, and the logs they were seen in."""

from django.conf import settings
from django.db import models

from anlan.web.catalog.standards.records import CheckItem, Standard, StandardEntry, StandardVersion
from anlan.web.common.models import BackgroundWork, Record

__all__ = [
    "CheckItem", "DraftEdit", "EventLog", "Flow", "LogImport", "Node", "Process", "ProcessVersion",
    "Standard", "StandardEntry", "StandardVersion",
]  # fmt: skip


class Process(Record):
    """A service process. What it consists of stands in its versions; one of them is in force."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pack = models.CharField(max_length=4, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProcessVersion(models.Model):
    """Nodes and flows at a time. Drafts can be changed; at most one version of a process is in force.

    edit_version   grows with every change, against lost updates
    decision       why it was put in force, or sent back
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        IN_FORCE = "in_force"
        RETIRED = "retired"

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    source = models.CharField(max_length=10, default="drawn")  # log, pack, bpmn, drawn
    reason = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    edit_version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(max_length=400, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ["process_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="version_number_once_per_process"),
            models.UniqueConstraint(
                fields=["process"], condition=models.Q(status="in_force"), name="one_version_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | models.Q(submitted_by=None)
                | ~models.Q(approved_by=models.F("submitted_by")),
                name="version_approved_by_a_second",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} v{self.number}"

    @property
    def version(self) -> int:
        """What ETag names."""
        return self.edit_version


class Node(models.Model):
    """A step of a version. `key` is stable over versions; from a log it is the activity's name."""

    class Kind(models.TextChoices):
        TASK = "task"
        EVENT = "event"
        GATEWAY = "gateway"
        WAIT = "wait"
        HANDOVER = "handover"

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="nodes")
    key = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TASK)
    form = models.CharField(max_length=5, blank=True)  # of events start, end; of gateways xor, and, or
    role = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=80, blank=True)
    sla_s = models.PositiveBigIntegerField(null=True, blank=True)
    criticality = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pack_node = models.CharField(max_length=12, blank=True)
    sop = models.TextField(blank=True)
    lane = models.CharField(max_length=10, blank=True)  # of domain.design.LANES; empty: not told
    evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="node_key_once_per_version")]

    def __str__(self) -> str:
        return self.name


class Flow(models.Model):
    """From one node to another in the same version."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="flows")
    source = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="outgoing")
    target = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="incoming")
    probability = models.FloatField(null=True, blank=True)
    condition = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="flow_once")]


class DraftEdit(models.Model):
    """One change of a draft. `before`: the design to go back to, None once taken back or too old."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="edits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=20)
    label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)

    class Meta:
        ordering = ["version_id", "-id"]


class EventLog(Record):
    """A log in the store: `store_id` is its content's address; `facts` what reading found out."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="logs")
    store_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    n_cases = models.PositiveBigIntegerField()
    n_events = models.PositiveBigIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["process"], condition=models.Q(current=True), name="one_current_log_per_process"
            )
        ]

    def __str__(self) -> str:
        return self.name


class LogImport(Record, BackgroundWork):
    """An upload on its way into the store: preview first, then read in the background."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="imports")
    file = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    options = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    progress = models.FloatField(default=0.0)
    step = models.CharField(max_length=40, blank=True)
    error = models.JSONField(null=True)
    log = models.ForeignKey(EventLog, null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.process.code} {self.name}"
