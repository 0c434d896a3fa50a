"""Notices of a person, how they want each kind, and the outbox of mails."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """Something happened that a person should hear of. Its words come from kind and parameters when shown.

    object_type, object_id  what it is about; unit: of that record, so that counting needs no other table
    key                     the same key is told to a person once (a review date that passed)
    by_mail                 waits for the person's next daily mail
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    parameters = models.JSONField(default=dict)
    link = models.CharField(max_length=200)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    unit = models.ForeignKey("people.Unit", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    by_mail = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notices_of_person"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="unread_notices"),
            models.Index(fields=["recipient"], condition=Q(by_mail=True), name="notices_to_mail"),
            models.Index(fields=["object_type", "object_id"], name="notices_of_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "key"], condition=~Q(key=""), name="notice_once_per_key"
            )
        ]


class Wish(models.Model):
    """How a person wants to hear of a kind, where that is not what is usual."""

    class Way(models.TextChoices):
        PAGE = "page"
        MAIL = "mail"
        OFF = "off"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=30)
    way = models.CharField(max_length=4, choices=Way.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="wish_once_per_kind")]


class Rhythm(models.Model):
    """Mails at once, or one mail a day; `last_on`: the day of the last daily mail."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rhythm")
    daily = models.BooleanField(default=False)
    last_on = models.DateField(null=True)


class Mail(models.Model):
    """A mail on its way out.

    state    waiting -> sending -> sent; failed: not accepted; unsure: the connection broke after the text
             was handed over, so that sending again might send it twice - a person decides
             dropped: not sent, because by then it should not be read; `error` is the reason's code
    secret   the text holds a link that lets its reader in; it is blanked once the mail is sent
    about    facts of the notices it tells of, so that the sender sees whether they may still be told
    key      of mails with the same key only the newest is good
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNSURE = "unsure"
        DROPPED = "dropped"

    to = models.EmailField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    secret = models.BooleanField(default=False)
    about = models.JSONField(default=list)
    key = models.CharField(max_length=80, blank=True, default="")
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="mails_by_state"),
            models.Index(fields=["key"], condition=~Q(key=""), name="mails_by_key"),
        ]

    def __str__(self) -> str:
        return self.subject
