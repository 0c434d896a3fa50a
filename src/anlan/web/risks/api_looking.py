"""Endpoints of looking for risks: the checklist of a process, feedback, and the records of both."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Given, Named, Person, Shown, Text, named, person
from anlan.web.people.permissions import require
from anlan.web.risks import selectors
from anlan.web.risks.models import Identification
from anlan.web.risks.services import looking
from anlan.web.risks.shapes import Category

router = Router(tags=["risks"])
People = Annotated[Text, Field(max_length=300)]


class Both(Shown):
    """The same words in Chinese and English."""

    zh: str
    en: str


class Question(Shown):
    """A question of the checklist; guards: codes of the pack's risks that it guards against."""

    code: str
    title: Both
    guards: list[str]


class QuestionAnswer(Given):
    """answer: yes (in place), no or unclear; the last two become candidates."""

    question: Annotated[Text, Field(min_length=1, max_length=20)]
    answer: Literal[looking.ANSWERS]  # type: ignore[valid-type]
    note: Annotated[Text, Field(max_length=looking.LONGEST_NOTE)] = ""


class Walk(Given):
    """Answers to the questions that were looked at; people: who took part."""

    answers: Annotated[list[QuestionAnswer], Field(min_length=1, max_length=500)]
    people: People = ""


class FeedbackLine(Given):
    """What was reported; node: key of a node of the process, empty for none."""

    words: Annotated[Text, Field(min_length=1, max_length=looking.LONGEST_LINE)]
    node: Annotated[Text, Field(max_length=80)] = ""
    category: Category = "customer"


class Feedback(Given):
    """Lines that become candidates; sources: where they come from."""

    lines: Annotated[list[FeedbackLine], Field(min_length=1, max_length=looking.MOST_LINES)]
    people: People = ""
    sources: People = ""


class EntryShown(Shown):
    """A question or line; candidate: code of what came of it, empty where nothing did."""

    code: str
    title: Both
    nodes: list[str]
    answer: str
    note: str
    candidate: str


class IdentificationShown(Shown):
    """The record of a checklist walked or of feedback taken in."""

    code: str
    method: str
    unit: Named
    process: Named
    people: str
    sources: str
    by: Person | None
    at: datetime
    entries: list[EntryShown]


class IdentificationPage(Page):
    items: list[IdentificationShown]


@router.get("/processes/{code}/checklist", response=list[Question])
def get_checklist(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    pack = looking.checklist_of(_process(request, code))
    return [
        {"code": check.code, "title": {"zh": check.title.zh, "en": check.title.en},
         "guards": list(check.risks)}
        for check in (pack.checks if pack else ())
    ]  # fmt: skip


@router.post("/processes/{code}/checklist-walks", response={201: IdentificationShown})
def walk_checklist(
    request: HttpRequest, code: str, given: Walk, response: HttpResponse
) -> Status[dict[str, Any]]:
    process = _process(request, code)
    answers = {a.question: looking.Answer(a.answer, a.note) for a in given.answers}
    made = looking.walk_checklist(process, answers, actor=request.user, people=given.people)
    return _made(request, response, made)


@router.post("/processes/{code}/feedback", response={201: IdentificationShown})
def take_feedback(
    request: HttpRequest, code: str, given: Feedback, response: HttpResponse
) -> Status[dict[str, Any]]:
    reports = [looking.Report(line.words, line.node, line.category) for line in given.lines]
    made = looking.take_feedback(
        _process(request, code), reports, actor=request.user, people=given.people, sources=given.sources
    )
    return _made(request, response, made)


@router.get("/identifications", response=IdentificationPage)
def list_identifications(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    require(request.user, "risks.view")
    return paged(request, selectors.identifications_of(request.user), asked, _shown)


@router.get("/identifications/{code}", response=IdentificationShown)
def get_identification(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(get_object_or_404(selectors.identifications_of(request.user), code=code))


def _process(request: HttpRequest, code: str) -> Process:
    return get_object_or_404(process_of(request.user, code))


def _made(request: HttpRequest, response: HttpResponse, made: Identification) -> Status[dict[str, Any]]:
    below = request.path.split("/processes", 1)[0]
    response["Location"] = f"{below}/identifications/{made.code}"
    return Status(201, _shown(made))


def _shown(made: Identification) -> dict[str, Any]:
    names = ("code", "method", "people", "sources", "entries")
    return {name: getattr(made, name) for name in names} | {
        "unit": named(made.unit), "process": named(made.process), "by": person(made.created_by),
        "at": made.created_at,
    }  # fmt: skip
