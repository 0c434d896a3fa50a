"""The audit chain and what all scoped records have in common."""

from django.conf import settings
from django.db import models


class AuditHead(models.Model):
    """The one row that every writer locks last: number and hash of the newest event."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row")]


class AuditEvent(models.Model):
    """One thing somebody did, tried or read. Never changed; `payload` may be erased, its hash stays.

    seq           place in the chain, from 1 without gaps
    action        code such as `risks.risk.create`
    payload       actor, object, field changes (secrets redacted), reason, ...: what `payload_hash` covers
    payload_hash  SHA-256 of the salted payload
    hash          SHA-256 of (seq, previous hash, payload_hash)
    """

    class Result(models.TextChoices):
        OK = "ok"
        DENIED = "denied"
        FAILED = "failed"

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    unit = models.ForeignKey(
        "people.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.OK)
    payload = models.JSONField(null=True)
    salt = models.CharField(max_length=32)
    payload_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-seq"], name="audit_of_object"),
            models.Index(fields=["actor", "-seq"], name="audit_of_actor"),
            models.Index(fields=["action", "-seq"], name="audit_of_action"),
            models.Index(fields=["unit", "-seq"], name="audit_of_unit"),
            models.Index(fields=["result", "-seq"], name="audit_of_result"),
        ]


class Record(models.Model):
    """A record of a unit: who made and changed it when, and a version against lost updates."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class BackgroundWork(models.Model):
    """What a worker does with a record; the record adds `state`, `progress`, `step`, `error`, `finished_at`.

    attempts      counts claims by a worker; a worker may write only under the number it claimed
    losses        workers that went away with it since a person last started it
    worker, task  who has it, and which row of the queue brings it
    """

    attempts = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    task = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Counter(models.Model):
    """The last number given out for a kind of code (`R` -> R-0042), so that codes are never reused."""

    kind = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)


class Attachment(models.Model):
    """A file that belongs to a record, kept below `ANLAN_HOME/files` under its hash."""

    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="attachments_of_object")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | ~models.Q(removed_reason=""),
                name="attachment_removed_with_reason",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A typed edge of the trace between two records, with the time it holds."""

    kind = models.CharField(max_length=40)
    source_type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=64)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=64)
    valid_from = models.DateTimeField(auto_now_add=True)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source_type", "source_id"], name="links_from"),
            models.Index(fields=["target_type", "target_id"], name="links_to"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source_type", "source_id", "target_type", "target_id"],
                condition=models.Q(valid_to=None),
                name="link_once_at_a_time",
            )
        ]


class KeptAnswer(models.Model):
    """The answer to a request of the API with an `Idempotency-Key`, kept for a day.

    request   hash of method, address and body: the same key serves no other request
    status    0 until the request is answered, in the transaction that has its effect
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answer_once_per_key")]
