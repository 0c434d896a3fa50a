"""Expert sessions: what is asked, who is invited, what they answer."""

from django.db import models
from django.db.models import Q

from anlan.web.common.models import Record
from anlan.web.risks.models.assessing import Assessment
from anlan.web.risks.models.person import person
from anlan.web.risks.models.register import Risk


class Workshop(Record):
    """An expert session: over risks of the register, or over the questions of a sheet. Kinds are data.

    most_rounds  agreed at the start, so that nobody stops when the answer pleases
    record       what the identification record needs: date, place, method notes, sources
    content      what the sheet holds, where the kind has one: goal and criteria, indicators and grades
    about        the risk that the sheet is about, if any
    run          what a sheet's answers became: an assessment by the method they are for
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        BETWEEN = "between"
        CLOSED = "closed"

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, default="delphi")
    title = models.CharField(max_length=160)
    purpose = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    round = models.PositiveSmallIntegerField(default=0)
    most_rounds = models.PositiveSmallIntegerField(default=3)
    record = models.JSONField(default=dict)
    risks = models.ManyToManyField(Risk, related_name="workshops", through="WorkshopItem")
    content = models.JSONField(default=dict)
    about = models.ForeignKey(Risk, null=True, on_delete=models.PROTECT, related_name="sheets")
    run = models.ForeignKey("runs.Run", null=True, on_delete=models.SET_NULL, related_name="sessions")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class WorkshopItem(models.Model):
    """What the experts are asked, in the order they see it: of a risk, or a question of a sheet.

    question  its `part` and `names`, as it was when the session was made
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="items")
    risk = models.ForeignKey(Risk, null=True, on_delete=models.PROTECT, related_name="workshop_items")
    question = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()
    adopted = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["workshop_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "risk"], name="risk_once_per_workshop"),
            models.UniqueConstraint(
                fields=["workshop", "position"], condition=Q(risk=None), name="question_once_per_workshop"
            ),
        ]


class Invitation(models.Model):
    """An expert invited by link. Only a hash of the link's token is kept; others see the pseudonym alone.

    user: where the expert has an account, which then lets them in too; email: where the link is mailed
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="invitations")
    pseudonym = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    field = models.CharField(max_length=80, blank=True)
    user = person()
    email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "pseudonym"], name="pseudonym_once_per_workshop")
        ]


class ExpertAnswer(models.Model):
    """What one expert says of one risk or question in one round, with the reason.

    estimate: numbers by name, in sessions that ask for numbers instead of scores; in a sheet the answer,
              empty where the expert leaves the question out
    """

    item = models.ForeignKey(WorkshopItem, on_delete=models.CASCADE, related_name="answers")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="answers")
    round = models.PositiveSmallIntegerField()
    likelihood = models.PositiveSmallIntegerField(null=True)
    severity = models.PositiveSmallIntegerField(null=True)
    estimate = models.JSONField(default=dict)
    reason = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "invitation", "round"], name="one_answer_per_round")
        ]
