"""Candidates as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.web.common.rest.paging import Page
from anlan.web.common.rest.values import Code, Given, Line, Named, Person, Shown, Text, named, person
from anlan.web.risks.models import (
    Candidate,
    Risk,
)
from anlan.web.risks.shapes import Category, Reason, Title

CandidateState = Literal["new", "accepted", "merged", "declined"]


class CandidateRow(Shown):
    """Something that may be a risk; risk: where it went."""

    code: str
    source: str
    title: dict[str, str]
    statement: dict[str, str]
    category: str
    unit: Named
    process: Named | None
    nodes: list[str]
    level: str
    annual_loss: float | None
    loss_unit: str
    state: str
    reason: str
    decided_by: Person | None
    decided_at: datetime | None
    risk: str | None
    created_at: datetime


class CandidatePage(Page):
    items: list[CandidateRow]


class CandidateShown(CandidateRow):
    """A candidate with its finding, the run it comes from, and risks it may belong to."""

    run: str | None
    finding: dict[str, Any] | None
    similar: list[str]


class NewCandidate(Given):
    """Somebody says what may go wrong."""

    unit: Code
    title: Title
    statement: Annotated[Text, Field(min_length=1, max_length=4000)]
    category: Category
    process: Code | None = None
    nodes: Annotated[list[Line], Field(max_length=200)] = []


class Acceptance(Given):
    """title: empty keeps the candidate's; custom: values of the unit's own fields, all it requires."""

    title: Line = ""
    owner: Code | None = None
    custom: dict[str, Any] = {}


class Merger(Given):
    """into: code of the risk it belongs to."""

    into: Code
    reason: Annotated[Text, Field(max_length=400)] = ""


class Declination(Given):
    """Why it is no risk."""

    reason: Reason


def candidate_row(candidate: Candidate) -> dict[str, Any]:
    names = ("code", "source", "title", "statement", "category", "nodes", "level", "annual_loss",
             "loss_unit", "state", "reason", "decided_at", "created_at")  # fmt: skip
    return {name: getattr(candidate, name) for name in names} | {
        "unit": named(candidate.unit),
        "process": named(candidate.process),
        "decided_by": person(candidate.decided_by),
        "risk": candidate.risk and candidate.risk.code,
    }


def candidate_shown(candidate: Candidate, similar: list[Risk]) -> dict[str, Any]:
    return candidate_row(candidate) | {
        "run": candidate.run and candidate.run.code,
        "finding": candidate.content.get("finding"),
        "similar": [risk.code for risk in similar],
    }
