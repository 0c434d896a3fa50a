"""Endpoints of fault trees, event trees and bow-ties that are drawn: kept, changed, calculated, exchanged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, Status, UploadedFile
from pydantic import Field

from anlan.domain.errors import AnlanError
from anlan.domain.method import Answer
from anlan.loop.quantify.cause_models import CODES, model_method
from anlan.loop.quantify.cause_models.drafts import faults_in
from anlan.studies.methods.assessing import plain, word
from anlan.studies.methods.spec import SPEC
from anlan.web.causes import selectors, services
from anlan.web.causes.beginning import Beginning, begun
from anlan.web.causes.exchange import KINDS, written_out
from anlan.web.causes.figures import answer_of
from anlan.web.causes.models import CauseModel
from anlan.web.causes.other_views import Asked, first_asked, seen_as
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Given, Named, Person, Shown, Text, file_of, named, person
from anlan.web.common.texts import error_text, text
from anlan.web.people.models import Unit
from anlan.web.people.permissions import require, units_of
from anlan.web.risks.models import Risk
from anlan.web.risks.selectors import risk_of
from anlan.web.runs import shapes
from anlan.web.runs.models import Run

router = Router(tags=["causes"])
Code = Literal[CODES]
Title = Annotated[Text, Field(max_length=200)]


class CauseModelRow(Shown):
    """A model in a list. faults: places to correct, 0 where it can be calculated; risk: that it is about."""

    code: str
    method: str
    title: str
    source: str
    risk: str | None
    unit: Named
    faults: int
    created_by: Person | None
    created_at: datetime
    updated_by: Person | None
    updated_at: datetime
    edit_version: int


class CauseModelPage(Page):
    items: list[CauseModelRow]


class FaultShown(Shown):
    """where: the place as the spec names it; said: what is wrong, in the language of the request."""

    where: str
    code: str
    said: str


class CauseModelShown(CauseModelRow):
    """With its inputs as the spec of its method has them, and what is to be corrected in them."""

    note: str
    inputs: dict[str, Any]
    to_correct: list[FaultShown]
    runs: list[str]


class CauseModelFilters(Paging):
    """risk: a code; q: words of the title or the code."""

    method: Literal["", Code] = ""
    risk: Annotated[Text, Field(max_length=20)] = ""
    q: Annotated[Text, Field(max_length=200)] = ""


class NewCauseModel(Given):
    """way: what it begins with where no inputs are given. unit, risk: where it belongs, else one's unit."""

    method: Code
    title: Title = ""
    source: Annotated[Text, Field(max_length=300)] = ""
    note: Annotated[Text, Field(max_length=4000)] = ""
    way: Literal["empty", "example", "bow_tie"] = "empty"
    inputs: dict[str, Any] | None = None
    unit: Annotated[Text, Field(max_length=20)] = ""
    risk: Annotated[Text, Field(max_length=20)] = ""


class CauseModelChange(Given):
    """What is left out stays as it is."""

    title: Title | None = None
    source: Annotated[Text, Field(max_length=300)] | None = None
    note: Annotated[Text, Field(max_length=4000)] | None = None
    inputs: dict[str, Any] | None = None


class FileFacts(Given):
    """top: of an Open-PSA model with several gates at the top."""

    title: Title = ""
    top: Annotated[Text, Field(max_length=400)] = ""
    unit: Annotated[Text, Field(max_length=20)] = ""
    risk: Annotated[Text, Field(max_length=20)] = ""


class FiguresShown(Shown):
    """quantities: name, title, value, unit, at the means of all numbers. tables: as in an assessment.
    held: why there are none."""

    quantities: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    held: str


class SeenAs(Given):
    """Of a bow-tie: the cause that is followed, empty for all; the consequence."""

    cause: Annotated[Text, Field(max_length=400)] | None = None
    consequence: Annotated[Text, Field(max_length=400)] = ""


@router.get("/cause-models", response=CauseModelPage)
def list_cause_models(request: HttpRequest, asked: Query[CauseModelFilters]) -> dict[str, Any]:
    require(request.user, selectors.SEE)
    found = selectors.models_of(request.user, about=asked.risk, method=asked.method, search=asked.q.strip())
    return paged(request, found, asked, _row)


@router.post("/cause-models", response={201: CauseModelShown})
def create_cause_model(
    request: HttpRequest, given: NewCauseModel, response: HttpResponse
) -> Status[dict[str, Any]]:
    require(request.user, services.EDIT)
    unit, risk = _place(request, given.unit, given.risk)
    if given.inputs is None:
        beginning = Beginning(given.method, given.way, given.title)
        made = begun(beginning, unit=unit, about=risk, actor=request.user)
    else:
        facts = services.Facts(given.title, given.source, given.note)
        made = services.create_model(unit=unit, method=given.method, facts=facts, inputs=given.inputs,
                                     actor=request.user, about=risk)  # fmt: skip
    return _made(request, response, made)


@router.post("/cause-models/files", response={201: CauseModelShown})
def import_cause_model(
    request: HttpRequest, facts: Form[FileFacts], file: File[UploadedFile], response: HttpResponse
) -> Status[dict[str, Any]]:
    require(request.user, services.EDIT)
    unit, risk = _place(request, facts.unit, facts.risk)
    beginning = Beginning("", "file", facts.title, file, facts.top)
    return _made(request, response, begun(beginning, unit=unit, about=risk, actor=request.user))


@router.get("/cause-models/{code}", response=CauseModelShown)
def get_cause_model(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    found = _model(request, code)
    versions.mark(response, found)
    return _whole(request, found)


@router.patch("/cause-models/{code}", response=CauseModelShown)
def change_cause_model(
    request: HttpRequest, code: str, given: CauseModelChange, response: HttpResponse
) -> dict[str, Any]:
    found = _model(request, code)
    require(request.user, services.EDIT, found.unit)
    seen = versions.seen(request, found)
    kept = {name: getattr(found, name) for name in services.LONGEST}
    new = {name: value for name in services.LONGEST if (value := getattr(given, name)) is not None}
    inputs = found.inputs if given.inputs is None else given.inputs
    services.keep_model(
        found, facts=services.Facts(**kept | new), inputs=inputs, seen=seen, actor=request.user
    )
    found = _model(request, code)
    versions.mark(response, found)
    return _whole(request, found)


@router.delete("/cause-models/{code}", response={204: None})
def remove_cause_model(request: HttpRequest, code: str) -> Status[None]:
    found = _model(request, code)
    require(request.user, services.EDIT, found.unit)
    services.remove_model(found, seen=versions.seen(request, found), actor=request.user)
    return Status(204, None)


@router.get("/cause-models/{code}/figures", response=FiguresShown)
def get_cause_model_figures(request: HttpRequest, code: str) -> dict[str, Any]:
    found = _model(request, code)
    if found.faults:
        return {"quantities": [], "tables": [], "held": text("causes.figures_wait")}
    return _figures(answer_of(model_method(found.method), found.inputs))


@router.get("/cause-models/{code}/as/{seen}", response=dict[str, Any])
def get_cause_model_as(request: HttpRequest, code: str, seen: str, asked: Query[SeenAs]) -> dict[str, Any]:
    found = _model(request, code)
    wanted = first_asked(found) if asked.cause is None else Asked(asked.cause)
    inputs = seen_as(found, seen, Asked(wanted.cause, asked.consequence))
    return {"schema": SPEC, "method": seen, "title": found.title, "inputs": inputs}


@router.post("/cause-models/{code}/calculate", response={202: shapes.RunShown})
def calculate_cause_model(request: HttpRequest, code: str, response: HttpResponse) -> Status[dict[str, Any]]:
    run: Run = services.calculate_model(_model(request, code), actor=request.user)
    response["Location"] = f"{request.path.split('/cause-models', 1)[0]}/runs/{run.code}"
    return Status(202, shapes.run_shown(run))


@router.get(
    "/cause-models/{code}/model.{form}", response={200: None}, openapi_extra=file_of("application/yaml")
)
def export_cause_model(request: HttpRequest, code: str, form: str) -> HttpResponse:
    found = _model(request, code)
    content = written_out(found, form, actor=request.user)
    answer = HttpResponse(content, content_type=f"{KINDS[form]}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.{form}"'
    return answer


def _model(request: HttpRequest, code: str) -> CauseModel:
    return get_object_or_404(selectors.model_of(request.user, code))


def _place(request: HttpRequest, unit: str, risk: str) -> tuple[Unit, Risk | None]:
    """Unit and risk of those codes. Errors: Refusal `invalid` for one the person may not use."""
    about = risk_of(request.user, risk).select_related("unit", "process").first() if risk else None
    if risk and about is None:
        raise Refusal(422, "invalid", fields={"risk": text("api.values.risk", found=risk)}, n=1)
    found = units_of(request.user, services.EDIT).filter(code=unit).first() if unit else None
    if unit and found is None:
        raise Refusal(422, "invalid", fields={"unit": text("api.values.unit", found=unit)}, n=1)
    return found or request.user.unit, about


def _made(request: HttpRequest, response: HttpResponse, made: CauseModel) -> Status[dict[str, Any]]:
    found = _model(request, made.code)
    response["Location"] = f"{request.path.split('/cause-models', 1)[0]}/cause-models/{made.code}"
    versions.mark(response, found)
    return Status(201, _whole(request, found))


def _row(model: CauseModel) -> dict[str, Any]:
    names = ("code", "method", "title", "source", "faults", "created_at", "updated_at")
    return {name: getattr(model, name) for name in names} | {
        "risk": model.about.code if model.about else None, "unit": named(model.unit),
        "created_by": person(model.created_by), "updated_by": person(model.updated_by),
        "edit_version": model.version,
    }  # fmt: skip


def _whole(request: HttpRequest, model: CauseModel) -> dict[str, Any]:
    found = faults_in(model_method(model.method), model.inputs)
    return _row(model) | {
        "note": model.note, "inputs": model.inputs, "to_correct": [_fault(each) for each in found],
        "runs": [run.code for run in selectors.calculations_of(model, request.user)],
    }  # fmt: skip


def _fault(fault: AnlanError) -> dict[str, str]:
    return {"where": str(fault.parameters.get("where", "")), "code": fault.code, "said": error_text(fault)}


def _figures(answer: Answer | AnlanError) -> dict[str, Any]:
    if isinstance(answer, AnlanError):
        return {"quantities": [], "tables": [], "held": error_text(answer)}
    quantities = [
        {"name": each.name, "title": word("method_quantities", each.name), "value": float(each.value),
         "unit": each.unit}
        for each in answer.quantities
    ]  # fmt: skip
    tables: list[Mapping[str, Any]] = [
        {"name": each.name, "columns": list(each.columns), "rows": [plain(row) for row in each.rows]}
        for each in answer.tables
    ]
    return {"quantities": quantities, "tables": tables, "held": ""}
