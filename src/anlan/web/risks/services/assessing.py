"""Assessments: from scores or from a finding to a level, prepared, reviewed and approved by three people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import STAGES, Assessment, Criteria, Risk
from anlan.web.risks.selectors import replaced_by
from anlan.web.risks.services.criteria import criteria_for, level_of
from anlan.web.risks.services.register import refresh_levels
from anlan.web.risks.services.telling import ask_for_signature, signed, tell_returned, tell_watchers

State = Assessment.State
_LONGEST_REASON = 400


@transaction.atomic
def assess_by_scores(
    risk: Risk, *, stage: str, likelihood: int, severity: int, rationale: str, actor: User,
    technique: str = "matrix", values: Mapping[str, Any] | None = None, valid_until: date | None = None,
    run: Any = None,
) -> Assessment:  # fmt: skip
    """A person's scores on the scales in force; the level follows from the matrix. run: kept as evidence."""
    require(actor, "risks.assess", risk.unit)
    criteria = criteria_for(risk.unit)
    check_scores(criteria, likelihood=likelihood, severity=severity)
    level, _ = level_of(criteria, likelihood, severity)
    return keep_prepared(
        risk, actor=actor, stage=stage, technique=technique, criteria=criteria, likelihood=likelihood,
        severity=severity, level=level, rationale=rationale, values=dict(values or {}),
        valid_until=valid_until, run=run,
    )  # fmt: skip


@transaction.atomic
def assess_from_finding(
    risk: Risk, *, finding: Mapping[str, Any], unit: str, run: Any, actor: User, stage: str = "current",
    rationale: str = "",
) -> Assessment:  # fmt: skip
    """The numbers a run found for the risk, as an assessment of a stage.

    `finding`: an entry of the result's `risks`; `unit`: the result's unit of loss.
    """
    require(actor, "risks.assess", risk.unit)
    criteria = criteria_for(risk.unit)
    index, loss = finding["index"], finding["annual_loss"]
    check_scores(criteria, likelihood=index["likelihood"], severity=index["severity"])
    level, _ = level_of(criteria, index["likelihood"], index["severity"])
    limits = loss["interval"] or {}
    return keep_prepared(
        risk, actor=actor, stage=stage, technique="event_log", criteria=criteria, run=run,
        rationale=rationale,
        likelihood=index["likelihood"], severity=index["severity"], level=level,
        likelihood_value=index.get("likelihood_value"), severity_value=index.get("severity_value"),
        annual_loss=loss["mean"], annual_loss_low=limits.get("low"), annual_loss_high=limits.get("high"),
        loss_unit=unit, values={"finding": finding["id"], "frequency_per_year": finding["frequency_per_year"],
                                "evidence": finding["evidence"], "severity": finding["severity"]},
    )  # fmt: skip


@transaction.atomic
def prepare(assessment: Assessment, *, actor: User) -> Assessment:
    """Hand a draft in for review. Only then does it count (as provisional) in the register."""
    require(actor, "risks.assess", assessment.risk.unit)
    _expect(assessment, State.DRAFT)
    return _move(assessment, State.PREPARED, actor, prepared_by=actor, prepared_at=timezone.now())


@transaction.atomic
def review(assessment: Assessment, *, actor: User) -> Assessment:
    """Checked by somebody who did not prepare it."""
    require(actor, "risks.review", assessment.risk.unit)
    _expect(assessment, State.PREPARED)
    _expect_newest(assessment)
    if actor == assessment.prepared_by:
        raise UsageError("web.same_person", step="review")
    return _move(assessment, State.REVIEWED, actor, reviewed_by=actor, reviewed_at=timezone.now())


@transaction.atomic
def approve(assessment: Assessment, *, actor: User) -> Assessment:
    """Approved by a third person; from then on it is locked."""
    require(actor, "risks.approve", assessment.risk.unit)
    _expect(assessment, State.REVIEWED)
    _expect_newest(assessment)
    if actor in (assessment.prepared_by, assessment.reviewed_by):
        raise UsageError("web.same_person", step="approve")
    return _move(assessment, State.APPROVED, actor, approved_by=actor, approved_at=timezone.now())


@transaction.atomic
def send_back(assessment: Assessment, *, reason: str, actor: User) -> Assessment:
    """Refused with a reason by whoever would sign next; the preparer is told and assesses anew."""
    step = "approve" if assessment.state == State.REVIEWED else "review"
    require(actor, f"risks.{step}", assessment.risk.unit)
    _expect(assessment, State.REVIEWED if step == "approve" else State.PREPARED)
    if actor in (assessment.prepared_by, assessment.reviewed_by):
        raise UsageError("web.same_person", step="return")
    if not reason.strip():
        raise UsageError("web.reason_missing")
    moved = _move(
        assessment, State.RETURNED, actor, reason=reason.strip(), returned_by=actor,
        returned_at=timezone.now(), return_reason=reason.strip()[:_LONGEST_REASON],
    )  # fmt: skip
    tell_returned(moved, actor=actor)
    return moved


def keep_prepared(risk: Risk, *, actor: User, stage: str, **fields: Any) -> Assessment:
    """The risk's next assessment, handed in for review; inside the caller's transaction."""
    if stage not in STAGES:
        raise UsageError("web.stage", found=stage)
    locked = Risk.objects.select_for_update().get(pk=risk.pk)
    number = (locked.assessments.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Assessment.objects.create(
        risk=locked, number=number, stage=stage, state=State.PREPARED, prepared_by=actor,
        prepared_at=timezone.now(), **fields,
    )  # fmt: skip
    refresh_levels(locked)
    risk.refresh_from_db()
    ask_for_signature(made, actor=actor)
    tell_watchers([risk], "assessed", actor=actor)
    record("risks.assessment.prepare", actor=actor, target=made, unit=risk.unit,
           changes={"level": (None, made.level), "stage": (None, stage)})  # fmt: skip
    return made


def _move(assessment: Assessment, state: str, actor: User, *, reason: str = "", **fields: Any) -> Assessment:
    before = assessment.state
    for name, value in fields.items():
        setattr(assessment, name, value)
    assessment.state = state
    assessment.version += 1
    assessment.save()
    refresh_levels(assessment.risk)
    _settle(assessment)
    if state in (State.PREPARED, State.REVIEWED):
        ask_for_signature(assessment, actor=actor)
    told = [assessment.prepared_by] if state == State.RETURNED and assessment.prepared_by else []
    tell_watchers([assessment.risk], state, actor=actor, but=told)
    record(f"risks.assessment.{state}", actor=actor, target=assessment, unit=assessment.risk.unit,
           reason=reason, changes={"state": (before, state)})  # fmt: skip
    return assessment


def _expect(assessment: Assessment, state: str) -> None:
    current = Assessment.objects.select_for_update().get(pk=assessment.pk).state
    if current != state:
        raise UsageError("web.assessment_state", found=current, needed=state)


def _settle(assessment: Assessment) -> None:
    """This step, and those of older assessments that an approved one replaces, wait for nobody."""
    signed(assessment)
    if assessment.state == State.APPROVED:
        for older in assessment.risk.assessments.filter(
            stage=assessment.stage, number__lt=assessment.number, state__in=(State.PREPARED, State.REVIEWED)
        ):
            signed(older)


def _expect_newest(assessment: Assessment) -> None:
    """Errors: UsageError where a later assessment of the stage is approved; this one decides nothing more."""
    later = replaced_by(assessment)
    if later is not None:
        raise UsageError("web.assessment_replaced", number=assessment.number, later=later.number)


def check_scores(criteria: Criteria, *, likelihood: int, severity: int) -> None:
    """Errors: UsageError where the criteria have no such cell."""
    rows, columns = len(criteria.content["cells"]), len(criteria.content["cells"][0])
    if not (1 <= likelihood <= rows and 1 <= severity <= columns):
        raise UsageError("web.scores", likelihood=likelihood, severity=severity, rows=rows, columns=columns)
