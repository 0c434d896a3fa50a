"""Endpoints of designs: proposed, made, changed, compared, tried as a draft of the process."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from anlan.loop.improve.twin.differences import differences
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Code, Given, Named, Person, Shown, Text, named, person
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.risks.shapes import AssessmentShown, Score, assessment_shown
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.runs.shapes import RunShown, run_shown
from anlan.web.studio import selectors
from anlan.web.studio.comparison import FIGURES
from anlan.web.studio.expected_page import missing_said, risks_simulated
from anlan.web.studio.models import DesignComparison, Twin, TwinDesign
from anlan.web.studio.services import calibrating, comparing, designs, expecting, piloting, treating
from anlan.web.studio.services.checking import checked, faults_of
from anlan.web.studio.told import changes_said, differences_said

router = Router(tags=["studio"])
Name = Annotated[Text, Field(max_length=120)]
Note = Annotated[Text, Field(max_length=4000)]


class DesignRow(Shown):
    """A design in a list. state: draft, proposed, pilot, in_force or dropped; draft: number of the version of
    the process that tries it."""

    code: str
    twin: str
    process: Named | None
    unit: Named
    name: str
    state: str
    operators: list[str]
    draft: int | None
    edit_version: int
    updated_by: Person | None
    updated_at: datetime


class DesignPage(Page):
    items: list[DesignRow]


class DifferenceShown(Shown):
    """kind: added, removed or changed; said: the sentence, in the language of the request."""

    kind: str
    said: str


class DesignShown(DesignRow):
    """changes: as a file of designs has them; says: each in a sentence; differences: from the twin; origin:
    the proposal it was made of, with what that rests on, or nothing; carried_from: the design of an earlier
    twin it came along from; faults: why its changes cannot be made in its twin, none where they can."""

    note: str
    risks: list[str]
    changes: list[dict[str, Any]]
    says: list[str]
    differences: list[DifferenceShown]
    faults: list[str]
    carried_from: str | None
    origin: dict[str, Any]


class DesignFilters(Paging):
    """twin: a code."""

    twin: Annotated[Text, Field(max_length=20)] = ""


class NewDesign(Given):
    """changes: rows with an operator and its answers."""

    twin: Code
    name: Name
    note: Note = ""
    changes: Annotated[list[dict[str, Any]], Field(max_length=30)] = []


class DesignChange(Given):
    """What is left out stays. risks: codes of those it is to lower."""

    name: Name | None = None
    note: Note | None = None
    changes: Annotated[list[dict[str, Any]], Field(max_length=30)] | None = None
    risks: Annotated[list[Code], Field(max_length=50)] | None = None


class DesignMove(Given):
    """edit_version: that was seen."""

    to: Literal["draft", "proposed", "dropped"]
    edit_version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Pilot(Given):
    """edit_version: that was seen."""

    edit_version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class TreatmentShown(Shown):
    """A measure of an assessment. title: in both languages; chosen: within its budget; changes: of the design
    it would be, none where the twin cannot try it; untold: what cannot be tried."""

    code: str
    title: dict[str, str]
    chosen: bool
    changes: list[dict[str, Any]]
    untold: list[str]


class TreatmentsShown(Shown):
    """run: the assessment that proposes them, or nothing without any."""

    run: str
    treatments: list[TreatmentShown]


class TreatmentFilter(Given):
    """run: code of a finished assessment of the process, by itself the newest."""

    run: Annotated[Text, Field(max_length=20)] = ""


class TreatmentTried(Given):
    """run, measure: codes."""

    run: Code
    measure: Annotated[Text, Field(min_length=1, max_length=40)]


class ComparisonRow(Shown):
    """kind: compare or search; state: of its run; designs: their codes."""

    code: str
    twin: str
    unit: Named
    kind: str
    title: str
    run: str
    state: str
    designs: list[str]
    created_by: Person | None
    created_at: datetime


class ComparisonPage(Page):
    items: list[ComparisonRow]


class RiskSimulated(Shown):
    """A risk that a design is linked to. name: of the risk of the twin that stands for it, or empty; as_is,
    with_design: of a year, its `times`, `money` and customer `minutes`, each with its interval or nothing;
    missing: why neither is told."""

    design: str
    risk: str
    name: str
    as_is: dict[str, Any] | None
    with_design: dict[str, Any] | None
    missing: str


class ComparisonShown(ComparisonRow):
    """found: as `anlan.improve/1`, empty until the run is done; times: how the times of cases lie; risks:
    those the designs are to lower, as simulated."""

    found: dict[str, Any]
    times: dict[str, Any]
    risks: list[RiskSimulated]


class ExpectedGiven(Given):
    """design, risk: codes; severity: a score by hand, where the simulation gives none."""

    design: Code
    risk: Code
    severity: Score | None = None
    rationale: Note = ""


class NewComparison(Given):
    """designs: codes of designs of one twin. by: the figure that decides; most: replications; budget: given,
    the best set within it is searched."""

    designs: Annotated[list[Code], Field(min_length=1, max_length=comparing.MOST_DESIGNS)]
    title: Annotated[Text, Field(max_length=160)] = ""
    by: Literal[FIGURES] = "cycle"
    most: Annotated[int, Field(ge=10, le=500)] = 60
    budget: Annotated[float, Field(ge=0, le=1e15)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0


@router.post("/twins/{code}/propose", response={202: RunShown})
def propose_designs(request: HttpRequest, code: str) -> Status[dict[str, Any]]:
    return Status(202, run_shown(calibrating.start_proposing(_twin(request, code), actor=request.user)))


@router.get("/twins/{code}/treatments", response=TreatmentsShown)
def list_treatments(request: HttpRequest, code: str, asked: Query[TreatmentFilter]) -> dict[str, Any]:
    twin = _twin(request, code)
    plans = treating.plans_of(twin, request.user)
    run = _plan(plans, asked.run) if asked.run else next(iter(plans), None)
    found = treating.treatments_in(twin, run, request.user) if run is not None else ()
    return {
        "run": run.code if run is not None else "",
        "treatments": [
            {"code": each.code, "title": dict(each.title), "chosen": each.chosen,
             "changes": [dict(change) for change in each.found.changes],
             "untold": treating.untold_said(each)}
            for each in found
        ],
    }  # fmt: skip


@router.post("/twins/{code}/treatments", response={201: DesignShown})
def try_treatment(
    request: HttpRequest, code: str, given: TreatmentTried, response: HttpResponse
) -> Status[dict[str, Any]]:
    twin = _twin(request, code)
    require(request.user, selectors.EDIT, twin.unit)
    run = _plan(treating.plans_of(twin, request.user), given.run)
    made = treating.try_treatment(twin, run, given.measure, actor=request.user)
    versions.mark(response, made)
    return Status(201, _whole(made))


@router.post("/twins/{code}/compare", response={202: ComparisonShown})
def start_comparison(request: HttpRequest, code: str, given: NewComparison) -> Status[dict[str, Any]]:
    twin = _twin(request, code)
    require(request.user, selectors.EDIT, twin.unit)
    found = selectors.designs_of(request.user).filter(twin=twin)
    chosen = [get_object_or_404(found, code=each) for each in dict.fromkeys(given.designs)]
    made = comparing.start_comparison(
        twin, chosen, actor=request.user, title=given.title, by=given.by, most=given.most,
        budget=given.budget, seed=given.seed,
    )  # fmt: skip
    return Status(202, _whole_comparison(request, made))


@router.get("/designs", response=DesignPage)
def list_designs(request: HttpRequest, asked: Query[DesignFilters]) -> dict[str, Any]:
    require(request.user, selectors.SEE)
    found = selectors.designs_of(request.user)
    return paged(request, found.filter(twin__code=asked.twin) if asked.twin else found, asked, _row)


@router.post("/designs", response={201: DesignShown})
def create_design(request: HttpRequest, given: NewDesign, response: HttpResponse) -> Status[dict[str, Any]]:
    require(request.user, selectors.EDIT)
    made = designs.create_design(
        _twin(request, given.twin),
        name=given.name,
        note=given.note,
        changes=given.changes,
        actor=request.user,
    )
    versions.mark(response, made)
    return Status(201, _whole(made))


@router.get("/designs/{code}", response=DesignShown)
def get_design(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    found = _design(request, code)
    versions.mark(response, found)
    return _whole(found)


@router.patch("/designs/{code}", response=DesignShown)
def change_design(
    request: HttpRequest, code: str, given: DesignChange, response: HttpResponse
) -> dict[str, Any]:
    found = _design(request, code)
    require(request.user, selectors.EDIT, found.unit)
    risks = None if given.risks is None else _risks(request, found, given.risks)
    kept = designs.change_design(
        found, name=given.name, note=given.note, changes=given.changes, risks=risks,
        seen=versions.seen(request, found), actor=request.user,
    )  # fmt: skip
    versions.mark(response, kept)
    return _whole(_design(request, code))


@router.post("/designs/{code}/move", response=DesignShown)
def move_design(request: HttpRequest, code: str, given: DesignMove) -> dict[str, Any]:
    designs.move_design(_design(request, code), to=given.to, seen=given.edit_version, actor=request.user)
    return _whole(_design(request, code))


@router.post("/designs/{code}/pilot", response=DesignShown)
def pilot_design(request: HttpRequest, code: str, given: Pilot) -> dict[str, Any]:
    piloting.start_pilot(_design(request, code), seen=given.edit_version, actor=request.user)
    return _whole(_design(request, code))


@router.get("/comparisons", response=ComparisonPage)
def list_comparisons(request: HttpRequest, asked: Query[DesignFilters]) -> dict[str, Any]:
    require(request.user, selectors.SEE)
    found = selectors.comparisons_of(request.user)
    return paged(
        request, found.filter(twin__code=asked.twin) if asked.twin else found, asked, _comparison_row
    )


@router.get("/comparisons/{code}", response=ComparisonShown)
def get_comparison(request: HttpRequest, code: str) -> dict[str, Any]:
    return _whole_comparison(request, get_object_or_404(selectors.comparisons_of(request.user), code=code))


@router.post("/comparisons/{code}/expected-residuals", response={201: AssessmentShown})
def take_expected_residual(
    request: HttpRequest, code: str, given: ExpectedGiven, response: HttpResponse
) -> Status[dict[str, Any]]:
    found = get_object_or_404(selectors.comparisons_of(request.user), code=code)
    known = selectors.risks_to_lower(request.user, found.twin.process)
    risk = get_object_or_404(known, code=given.risk)
    made = expecting.take_expected(
        found, design=given.design, risk=risk, actor=request.user, severity=given.severity,
        rationale=given.rationale,
    )  # fmt: skip
    place = request.path.split("/comparisons/")[0]
    response["Location"] = f"{place}/risks/{risk.code}/assessments/{made.number}"
    return Status(201, assessment_shown(made))


def _twin(request: HttpRequest, code: str) -> Twin:
    return get_object_or_404(selectors.twin_of(request.user, code))


def _plan(plans: Sequence[Run], code: str) -> Run:
    found = next((each for each in plans if each.code == code), None)
    if found is None:
        raise Refusal(422, "invalid", fields={"run": text("api.values.run", found=code)}, n=1)
    return found


def _design(request: HttpRequest, code: str) -> TwinDesign:
    return get_object_or_404(selectors.designs_of(request.user), code=code)


def _risks(request: HttpRequest, found: TwinDesign, codes: list[str]) -> list[Risk]:
    known = selectors.risks_to_lower(request.user, found.twin.process)
    return [get_object_or_404(known, code=code) for code in dict.fromkeys(codes)]


def _row(design: TwinDesign) -> dict[str, Any]:
    return {
        "code": design.code, "twin": design.twin.code, "process": named(design.twin.process),
        "unit": named(design.unit), "name": design.name, "state": selectors.state_of(design),
        "operators": [str(each["operator"]) for each in design.changes],
        "draft": design.draft.number if design.draft else None, "edit_version": design.version,
        "updated_by": person(design.updated_by), "updated_at": design.updated_at,
    }  # fmt: skip


def _whole(design: TwinDesign) -> dict[str, Any]:
    faults = faults_of(design.twin, design.name, design.changes)
    after = design.twin.inputs if faults else checked(design.twin, design.name, design.changes)
    told = differences_said(differences(design.twin.inputs, after))
    return _row(design) | {
        "note": design.note, "changes": design.changes,
        "risks": sorted(design.risks.values_list("code", flat=True)),
        "says": [each.said for each in changes_said(design.changes)],
        "differences": [{"kind": each.kind, "said": each.said} for each in told],
        "faults": [error_text(each) for each in faults],
        "carried_from": design.carried_from.code if design.carried_from else None,
        "origin": design.origin,
    }  # fmt: skip


def _comparison_row(found: DesignComparison) -> dict[str, Any]:
    return {
        "code": found.code, "twin": found.twin.code, "unit": named(found.unit), "kind": found.kind,
        "title": found.title, "run": found.run.code, "state": found.run.state,
        "designs": [each["code"] for each in found.designs], "created_by": person(found.created_by),
        "created_at": found.created_at,
    }  # fmt: skip


def _whole_comparison(request: HttpRequest, found: DesignComparison) -> dict[str, Any]:
    if found.run.state != Run.State.DONE:
        return _comparison_row(found) | {"found": {}, "times": {}, "risks": []}
    result = result_of(found.run)
    return _comparison_row(found) | {
        "found": result["found"], "times": result["times"],
        "risks": [
            {"design": each.design, "risk": each.risk.code, "name": each.held.name, "as_is": each.as_is,
             "with_design": each.with_design, "missing": missing_said(each)}
            for each in risks_simulated(request.user, found, result)
        ],
    }  # fmt: skip
