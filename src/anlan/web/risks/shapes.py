"""Risks, assessments, candidates and criteria as the API takes and shows them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.web.common.rest.paging import Page, Sparse
from anlan.web.common.rest.values import Code, Given, Line, Long, Named, Person, Shown, Text, named, person
from anlan.web.risks.columns import ORDERS, PLACES
from anlan.web.risks.models import (
    CATEGORIES,
    PHASES,
    STAGES,
    Assessment,
    Comment,
    Criteria,
    Review,
    Risk,
)

Title = Annotated[Text, Field(min_length=1, max_length=200)]
Category = Literal[CATEGORIES]  # type: ignore[valid-type]
Phase = Literal[PHASES]  # type: ignore[valid-type]
Stage = Literal[STAGES]  # type: ignore[valid-type]
_SORTED = tuple(dict.fromkeys((*ORDERS, *PLACES, *(f"-{code}" for code in PLACES))))
Order = Literal[_SORTED]  # type: ignore[valid-type]
Own = Annotated[dict[str, Any], Field(max_length=100)]
View = Literal["all", "beyond", "mine", "due", "provisional", "closed"]
CycleDays = Annotated[int, Field(ge=1, le=3650)]
Reason = Annotated[Text, Field(min_length=1, max_length=400)]
Score = Annotated[int, Field(ge=1, le=99)]

_PLAIN = (
    "code", "title", "title_en", "category", "source", "phase", "nodes", "tags", "level_inherent",
    "level_current", "level_residual_expected", "level_residual_observed", "provisional", "beyond_appetite",
    "annual_loss", "annual_loss_low", "annual_loss_high", "loss_unit", "next_review_on",
    "review_cycle_days", "created_at", "updated_at",
)  # fmt: skip
_LONG = ("cause", "event", "consequence", "custom")


class RiskRow(Shown):
    """A line of the register. With `fields` only what was named is there, the code always."""

    code: str
    title: str = ""
    title_en: str = ""
    unit: Named | None = None
    process: Named | None = None
    nodes: list[str] = []
    category: str = ""
    source: str = ""
    phase: str = ""
    owner: Person | None = None
    tags: list[str] = []
    level_inherent: str = ""
    level_current: str = ""
    level_residual_expected: str = ""
    level_residual_observed: str = ""
    provisional: bool = False
    beyond_appetite: bool = False
    annual_loss: float | None = None
    annual_loss_low: float | None = None
    annual_loss_high: float | None = None
    loss_unit: str = ""
    next_review_on: date | None = None
    review_cycle_days: int = 0
    cause: str = ""
    event: str = ""
    consequence: str = ""
    custom: dict[str, Any] = {}
    edit_version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


class RiskPage(Page):
    items: list[RiskRow]


class Counts(Shown):
    """How many risks each view of the register holds."""

    all: int
    beyond: int
    mine: int
    due: int
    provisional: int
    closed: int


class RiskFilters(Sparse):
    """q: words that all occur; cell: `likelihood-severity` of the matrix, such as `4-5`.

    owner, source, tag: one or several, comma separated; unit: its code, with the units below. Own fields
    are asked for as on the page: `c.<key>=`, or `c.<key>.from=` and `c.<key>.to=`.
    """

    view: View = "all"
    q: Line = ""
    category: Literal["", Category] = ""
    level: Annotated[Text, Field(max_length=20)] = ""
    phase: Literal["", Phase] = ""
    process: Annotated[Text, Field(max_length=80)] = ""
    node: Line = ""
    cell: Annotated[str, Field(pattern=r"^([1-9][0-9]?-[1-9][0-9]?)?$")] = ""
    order: Order = "level"
    source: Annotated[Text, Field(max_length=200)] = ""
    owner: Annotated[Text, Field(max_length=400)] = ""
    unit: Annotated[Text, Field(max_length=30)] = ""
    tag: Annotated[Text, Field(max_length=400)] = ""
    overdue: bool = False
    beyond: bool = False


class NewRisk(Given):
    """A line for the register; levels follow from assessments and are never given."""

    unit: Code
    title: Title
    title_en: Line = ""
    category: Category
    process: Code | None = None
    nodes: Annotated[list[Line], Field(max_length=200)] = []
    cause: Long = ""
    event: Long = ""
    consequence: Long = ""
    owner: Code | None = None
    tags: Annotated[list[Annotated[Text, Field(max_length=40)]], Field(max_length=40)] = []
    review_cycle_days: CycleDays = 90
    next_review_on: date | None = None
    custom: Own = {}


class RiskChange(Given):
    """What is to be changed; fields left out stay, so do own fields not named in `custom`; null empties one.

    reason: kept in the audit.
    """

    title: Title = ""
    title_en: Line = ""
    category: Category = CATEGORIES[0]
    phase: Phase = PHASES[0]
    nodes: Annotated[list[Line], Field(max_length=200)] = []
    cause: Long = ""
    event: Long = ""
    consequence: Long = ""
    owner: Code | None = None
    tags: Annotated[list[Annotated[Text, Field(max_length=40)]], Field(max_length=40)] = []
    review_cycle_days: CycleDays = 90
    next_review_on: date | None = None
    custom: Own = {}
    reason: Annotated[Text, Field(max_length=400)] = ""


class AssessmentShown(Shown):
    """How likely and how bad at a stage; the level follows from the criteria of that number and unit."""

    number: int
    stage: str
    technique: str
    criteria: int
    likelihood: int
    severity: int
    level: str
    annual_loss: float | None
    annual_loss_low: float | None
    annual_loss_high: float | None
    loss_unit: str
    rationale: str
    run: str | None
    state: str
    prepared_by: Person | None
    prepared_at: datetime | None
    reviewed_by: Person | None
    reviewed_at: datetime | None
    approved_by: Person | None
    approved_at: datetime | None
    returned_by: Person | None
    returned_at: datetime | None
    return_reason: str
    valid_until: date | None


class AssessmentPage(Page):
    items: list[AssessmentShown]


class NewAssessment(Given):
    """Scores on the scales in force."""

    stage: Stage = "current"
    likelihood: Score
    severity: Score
    rationale: Annotated[Text, Field(min_length=1, max_length=4000)]
    valid_until: date | None = None


class WhyValid(Given):
    """Why the risk still is as assessed."""

    reason: Reason


class WhyReturned(Given):
    """Why an assessment is sent back."""

    reason: Reason


class ReviewShown(Shown):
    """When the risk was looked at again."""

    at: datetime
    by: Person | None
    still_valid: bool
    reason: str
    next_review_on: date


class ReviewPage(Page):
    items: list[ReviewShown]


class NewComment(Given):
    """`@name` calls people who may see the risk."""

    text: Annotated[Text, Field(min_length=1, max_length=4000)]


class CommentShown(Shown):
    """A remark."""

    at: datetime
    by: Person | None
    text: str
    mentions: list[str]


class CommentPage(Page):
    items: list[CommentShown]


class CriteriaShown(Shown):
    """Criteria in force for a unit; `unit` is the one that they were set for."""

    unit: Named
    number: int
    name: str
    valid_from: datetime | None
    content: dict[str, Any]


class Cell(Shown):
    """A cell of the matrix with its level and how many risks stand in it."""

    likelihood: int
    severity: int
    level: str
    count: int


class MatrixShown(Shown):
    """assessed: risks in all cells."""

    criteria: int
    assessed: int
    cells: list[Cell]


def risk_shown(risk: Risk, only: frozenset[str] | None = None) -> dict[str, Any]:
    """All fields, or those named."""
    facts = {name: getattr(risk, name) for name in _PLAIN + _LONG}
    facts |= {
        "unit": named(risk.unit),
        "process": named(risk.process),
        "owner": person(risk.owner),
        "edit_version": risk.version,
    }
    return facts if only is None else {name: value for name, value in facts.items() if name in only}


def assessment_shown(assessment: Assessment) -> dict[str, Any]:
    names = ("number", "stage", "technique", "likelihood", "severity", "level", "annual_loss",
             "annual_loss_low", "annual_loss_high", "loss_unit", "rationale", "state", "prepared_at",
             "reviewed_at", "approved_at", "returned_at", "return_reason", "valid_until")  # fmt: skip
    people = ("prepared_by", "reviewed_by", "approved_by", "returned_by")
    facts = {name: getattr(assessment, name) for name in names}
    return (
        facts
        | {name: person(getattr(assessment, name)) for name in people}
        | {
            "criteria": assessment.criteria.number,
            "run": assessment.run and assessment.run.code,
        }
    )


def review_shown(review: Review) -> dict[str, Any]:
    names = ("at", "still_valid", "reason", "next_review_on")
    return {name: getattr(review, name) for name in names} | {"by": person(review.by)}


def comment_shown(comment: Comment) -> dict[str, Any]:
    names = ("at", "text", "mentions")
    return {name: getattr(comment, name) for name in names} | {"by": person(comment.by)}


def criteria_shown(criteria: Criteria) -> dict[str, Any]:
    names = ("number", "name", "valid_from", "content")
    return {name: getattr(criteria, name) for name in names} | {"unit": named(criteria.unit)}


def matrix_shown(criteria: Criteria, counts: dict[tuple[int, int], int]) -> dict[str, Any]:
    levels = criteria.content["levels"]
    cells = [
        {"likelihood": i, "severity": j, "level": levels[rank]["code"], "count": counts.get((i, j), 0)}
        for i, row in enumerate(criteria.content["cells"], start=1)
        for j, rank in enumerate(row, start=1)
    ]
    return {"criteria": criteria.number, "assessed": sum(counts.values()), "cells": cells}
