"""Writing the register itself: risks, reviews, comments, watchers."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.common.models import Attachment
from anlan.web.notices.services import moved
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks import hooks
from anlan.web.risks.models import NOT_COUNTING, Assessment, Comment, Review, Risk, Watch
from anlan.web.risks.services.appetite import beyond_appetite
from anlan.web.risks.services.criteria import rank_of
from anlan.web.risks.services.telling import tell_called, tell_watchers

_MENTION = re.compile(r"@([\w.+-]{2,80})")


@transaction.atomic
def create_risk(*, unit: Unit, title: str, category: str, source: str, actor: User, **fields: Any) -> Risk:
    """A line of the register, identified but not yet assessed."""
    require(actor, "risks.edit", unit)
    cycle = fields.setdefault("review_cycle_days", 90)
    fields.setdefault("next_review_on", timezone.localdate() + timedelta(days=cycle))
    risk = Risk(
        code=next_code("R"), unit=unit, title=title.strip(), category=category, source=source,
        created_by=actor, updated_by=actor, **fields,
    )  # fmt: skip
    risk.search = search_text(risk)
    risk.save(force_insert=True)
    record("risks.risk.create", actor=actor, target=risk, changes={"title": (None, risk.title)})
    return risk


@transaction.atomic
def change_risk(risk: Risk, *, version: int, actor: User, reason: str = "", **fields: Any) -> Risk:
    """Change fields of the register line; levels and losses are not among them. `version`: the one seen."""
    require(actor, "risks.edit", risk.unit)
    require(actor, "risks.edit", fields.get("unit", risk.unit))
    current = Risk.objects.select_for_update().get(pk=risk.pk)
    if current.version != version:
        raise UsageError("web.conflict", label=str(current))
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    if {"category", "unit"} & fields.keys():
        current.beyond_appetite = beyond_appetite(current)
    current.version += 1
    current.updated_by = actor
    current.search = search_text(current)
    current.save()
    if "unit" in changes_between(before, fields):
        follow_unit(current)
    tell_watchers([current], "facts", actor=actor)
    record("risks.risk.change", actor=actor, target=current, changes=changes_between(before, fields),
           reason=reason)  # fmt: skip
    return current


def follow_unit(risk: Risk) -> None:
    """The risk belongs to another unit now: its notices, its files and what else is about it are for who may
    see it there."""
    moved(risk, risk.unit)
    files = Attachment.objects.filter(object_type=risk._meta.label_lower, object_id=str(risk.pk))
    files.update(unit=risk.unit)
    for follow in hooks.followed:
        follow(risk)


def search_text(risk: Risk) -> str:
    """Everything of a risk that a search looks at, in lower case."""
    parts = [
        risk.code,
        risk.title,
        risk.title_en,
        risk.cause,
        risk.event,
        risk.consequence,
        *risk.nodes,
        *risk.tags,
        *_words(risk.custom.values()),
    ]
    return " ".join(part for part in parts if part).lower()


def _words(values: Iterable[Any]) -> Iterator[str]:
    """The texts among the values of custom fields."""
    for value in values:
        if isinstance(value, list):
            yield from _words(value)
        elif isinstance(value, str):
            yield value


def refresh_levels(risk: Risk) -> None:
    """Copy level and loss of the newest counting assessment of each stage into the register line."""
    newest: dict[str, Assessment] = {}
    for assessment in risk.assessments.exclude(state__in=NOT_COUNTING).order_by("number"):
        newest[assessment.stage] = assessment
    for stage in ("inherent", "current", "residual_expected", "residual_observed"):
        setattr(risk, f"level_{stage}", newest[stage].level if stage in newest else "")
    current = newest.get("current")
    risk.rank_current = rank_of(current.criteria, current.level) if current else -1
    risk.provisional = current is not None and current.state != Assessment.State.APPROVED
    risk.annual_loss = current.annual_loss if current else None
    risk.annual_loss_low = current.annual_loss_low if current else None
    risk.annual_loss_high = current.annual_loss_high if current else None
    risk.loss_unit = current.loss_unit if current else ""
    risk.beyond_appetite = beyond_appetite(risk)
    if current is not None and risk.phase == "identified":
        risk.phase = "analysed"
    risk.save()


@transaction.atomic
def confirm_still_valid(risk: Risk, *, reason: str, actor: User, today: date) -> Review:
    """Looked at and found unchanged; the next review moves on by the cycle."""
    require(actor, "risks.review", risk.unit)
    if not reason.strip():
        raise UsageError("web.reason_missing")
    following = today + timedelta(days=risk.review_cycle_days)
    made = Review.objects.create(
        risk=risk, by=actor, still_valid=True, reason=reason.strip(), next_review_on=following
    )
    Risk.objects.filter(pk=risk.pk).update(next_review_on=following)
    tell_watchers([risk], "still_valid", actor=actor)
    record("risks.risk.still_valid", actor=actor, target=risk, reason=reason,
           changes={"next_review_on": (risk.next_review_on, following)})  # fmt: skip
    return made


@transaction.atomic
def add_comment(risk: Risk, *, text: str, actor: User) -> Comment:
    """A remark; `@name` calls people who may see the risk, others are left out."""
    require(actor, "risks.view", risk.unit)
    if not text.strip():
        raise UsageError("web.comment_empty")
    named = User.objects.filter(username__in=set(_MENTION.findall(text)), is_active=True).select_related(
        "unit"
    )
    called = [
        user for user in named if in_scope(Risk.objects.filter(pk=risk.pk), user, "risks.view").exists()
    ]
    made = Comment.objects.create(
        risk=risk, by=actor, text=text.strip(), mentions=sorted(u.username for u in called)
    )
    tell_called(made, called)
    record("risks.comment.add", actor=actor, target=risk)
    return made


@transaction.atomic
def watch(risk: Risk, *, actor: User, on: bool) -> None:
    """Follow the risk, or stop."""
    require(actor, "risks.view", risk.unit)
    if on:
        Watch.objects.get_or_create(risk=risk, user=actor)
    else:
        Watch.objects.filter(risk=risk, user=actor).delete()
    record("risks.watch", actor=actor, target=risk, changes={"watch": (not on, on)})
