"""Candidates, the register, assessments over four stages, criteria and appetite."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anlan.web.catalog.models import Process
from anlan.web.common.models import BackgroundWork, Record

CATEGORIES = (
    "people", "technology", "environment", "management", "service_quality", "process", "customer",
    "supplier", "data_security", "market", "compliance", "safety",
)  # fmt: skip
SOURCES = ("log", "checklist", "workshop", "feedback", "report", "incident", "audit", "library", "external")
STAGES = ("inherent", "current", "residual_expected", "residual_observed")
NOT_COUNTING = ("draft", "returned", "withdrawn")
"""States of an assessment that says nothing of the risk (yet, or any more)."""
PHASES = ("identified", "analysed", "evaluated", "treated", "monitored", "closed")


def _person(**options: object) -> models.ForeignKey:
    settings_of = {"null": True, "blank": True, "on_delete": models.PROTECT, "related_name": "+"} | options
    return models.ForeignKey(settings.AUTH_USER_MODEL, **settings_of)  # type: ignore[arg-type]


class Criteria(models.Model):
    """A version of a unit's risk criteria. `content` as in a result's `criteria`; one version is in force."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="criteria")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    content = models.JSONField()
    in_force = models.BooleanField(default=False)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    created_by = _person()
    approved_by = _person()

    class Meta:
        ordering = ["unit_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="criteria_number_once_per_unit"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(in_force=True), name="one_criteria_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Appetite(models.Model):
    """What a unit tolerates in a category: the highest level, and a yearly loss of one risk where named.

    total_loss, total_chance: of the entry for all categories; the loss of all risks together in a year, and
    how likely (0 to 1) a year above it may be.
    """

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="appetites")
    category = models.CharField(max_length=20, blank=True)
    highest_level = models.CharField(max_length=20)
    annual_loss = models.FloatField(null=True, blank=True)
    total_loss = models.FloatField(null=True, blank=True)
    total_chance = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "category"], name="appetite_once_per_category"),
            models.CheckConstraint(
                condition=models.Q(total_loss__isnull=True, total_chance__isnull=True)
                | models.Q(total_loss__gte=0, total_chance__gt=0, total_chance__lt=1),
                name="appetite_total_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} {self.category}".strip()


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
    owner = _person()
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
    decided_by = _person()
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


class Assessment(models.Model):
    """How likely and how bad at one stage, by one technique, under one version of the criteria.

    The level follows from the criteria. Prepared, reviewed and approved by different people; locked
    once approved; until then it can be sent back with a reason and no longer counts. `values` holds what the
    technique was given and found (scores, distribution, experts).
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PREPARED = "prepared"
        REVIEWED = "reviewed"
        APPROVED = "approved"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="assessments")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=[(s, s) for s in STAGES])
    technique = models.CharField(max_length=40)
    criteria = models.ForeignKey(Criteria, on_delete=models.PROTECT, related_name="+")
    likelihood_value = models.FloatField(null=True)
    severity_value = models.FloatField(null=True)
    likelihood = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=20)
    level_low = models.CharField(max_length=20, blank=True)
    level_high = models.CharField(max_length=20, blank=True)
    annual_loss = models.FloatField(null=True)
    annual_loss_low = models.FloatField(null=True)
    annual_loss_high = models.FloatField(null=True)
    loss_unit = models.CharField(max_length=12, blank=True)
    values = models.JSONField(default=dict)
    rationale = models.TextField(blank=True)
    run = models.ForeignKey("runs.Run", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    prepared_by = _person()
    prepared_at = models.DateTimeField(null=True)
    reviewed_by = _person()
    reviewed_at = models.DateTimeField(null=True)
    approved_by = _person()
    approved_at = models.DateTimeField(null=True)
    returned_by = _person()
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=400, blank=True)
    valid_until = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["risk_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["risk", "number"], name="assessment_number_once_per_risk"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("prepared_by")), name="reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("prepared_by")) & ~Q(approved_by=F("reviewed_by"))),
                name="approved_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk.code} #{self.number}"


class Review(models.Model):
    """Looked at again: still valid (with the reason) or to be assessed anew."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="reviews")
    at = models.DateTimeField(auto_now_add=True)
    by = _person()
    still_valid = models.BooleanField()
    reason = models.CharField(max_length=400)
    next_review_on = models.DateField()

    class Meta:
        ordering = ["-id"]


class Comment(models.Model):
    """A remark on a risk; `mentions` are the user names it calls."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="comments")
    at = models.DateTimeField(auto_now_add=True)
    by = _person()
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


class Workshop(Record):
    """An expert session over risks of the register. Kinds are data; `delphi` is the first.

    most_rounds: agreed at the start, so that nobody stops when the answer pleases.
    record       what the identification record needs: date, place, method notes, sources
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
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class WorkshopItem(models.Model):
    """A risk that the experts score, in the order they see it."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="items")
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="workshop_items")
    position = models.PositiveSmallIntegerField()
    adopted = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["workshop_id", "position"]
        constraints = [models.UniqueConstraint(fields=["workshop", "risk"], name="risk_once_per_workshop")]


class Invitation(models.Model):
    """An expert invited by link. Only a hash of the link's token is kept; others see the pseudonym alone.

    user: where the expert has an account, which then lets them in too; email: where the link is mailed
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="invitations")
    pseudonym = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    field = models.CharField(max_length=80, blank=True)
    user = _person()
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
    """What one expert says of one risk in one round, with the reason.

    estimate: numbers by name, in sessions that ask for numbers instead of scores
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


class RegisterImport(Record, BackgroundWork):
    """A workbook on its way into the register: checked first, written in the background when confirmed.

    `preview`: counts per outcome and the first lines of each.
    """

    class State(models.TextChoices):
        CHECKED = "checked"
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    file = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    preview = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKED)
    leave_out = models.BooleanField(default=False)
    progress = models.FloatField(default=0.0)
    step = models.CharField(max_length=20, blank=True)
    error = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


SIDES = ("threat", "consequence")
BARRIER_KINDS = ("technical", "procedural", "human", "contractual")
BARRIER_STATES = ("working", "weak", "missing")


class BowTie(models.Model):
    """What may cause a risk's event and what may follow from it. `version` grows with each change."""

    risk = models.OneToOneField(Risk, on_delete=models.CASCADE, related_name="bow_tie")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = _person()


class BowTieLine(models.Model):
    """A threat that may bring the event about, or a consequence of it."""

    bow_tie = models.ForeignKey(BowTie, on_delete=models.CASCADE, related_name="lines")
    side = models.CharField(max_length=12, choices=[(s, s) for s in SIDES])
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["bow_tie_id", "side", "position"]
        constraints = [
            models.UniqueConstraint(fields=["bow_tie", "side", "position"], name="bow_tie_line_once"),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="bow_tie_side_known"),
            models.CheckConstraint(condition=~Q(text=""), name="bow_tie_line_has_text"),
        ]

    def __str__(self) -> str:
        return self.text


class Barrier(models.Model):
    """What stands on a line: it prevents where the line is a threat, it mitigates at a consequence.

    measure  code of the measure that puts it there or keeps it working
    """

    line = models.ForeignKey(BowTieLine, on_delete=models.CASCADE, related_name="barriers")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in BARRIER_KINDS])
    state = models.CharField(max_length=8, choices=[(s, s) for s in BARRIER_STATES])
    owner = _person()
    measure = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["line_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="barrier_place_once_per_line"),
            models.CheckConstraint(condition=Q(kind__in=BARRIER_KINDS), name="barrier_kind_known"),
            models.CheckConstraint(condition=Q(state__in=BARRIER_STATES), name="barrier_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="barrier_has_text"),
        ]

    def __str__(self) -> str:
        return self.text
