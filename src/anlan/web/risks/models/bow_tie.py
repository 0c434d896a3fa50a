"""What may cause a risk's event, what may follow, and the barriers between."""

from django.db import models
from django.db.models import Q

from anlan.web.risks.models.person import person
from anlan.web.risks.models.register import Risk

SIDES = ("threat", "consequence")
BARRIER_KINDS = ("technical", "procedural", "human", "contractual")
BARRIER_STATES = ("working", "weak", "missing")


class BowTie(models.Model):
    """What may cause a risk's event and what may follow from it. `version` grows with each change."""

    risk = models.OneToOneField(Risk, on_delete=models.CASCADE, related_name="bow_tie")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = person()


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
    owner = person()
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
