"""Pages of designs: one with its changes and what they do, and comparisons of several."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError, UsageError
from anlan.formats.printing import to_html, to_pdf, to_png
from anlan.loop.improve.designs.fields import OPERATORS
from anlan.loop.improve.twin.differences import differences
from anlan.web.common.audit import record
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require
from anlan.web.runs import drawings as run_drawings
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.studio import at_node, expected_page, files, pictures, printed, selectors, shown
from anlan.web.studio import comparison as comparing_shown
from anlan.web.studio.designing import change_sent, operators, questions_of
from anlan.web.studio.maps import change_drawing
from anlan.web.studio.models import DesignComparison, TwinDesign
from anlan.web.studio.origins import origins_of, risks_of_proposal
from anlan.web.studio.places import fault_said, faults_said
from anlan.web.studio.services import calibrating, comparing, designs, expecting, piloting
from anlan.web.studio.services.checking import checked
from anlan.web.studio.told import changes_said, differences_said, proposal_name
from anlan.web.studio.trail import trail_of

REPORT_FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}


@require_POST
def new_design(request: HttpRequest, code: str) -> HttpResponseBase:
    """A design with no change yet, or one of the twin's proposals (`proposal`: its number)."""
    twin = get_object_or_404(selectors.twin_of(request.user, code))
    require(request.user, selectors.EDIT, twin.unit)
    number = whole_number(request.POST.get("proposal", ""), most=len(twin.proposals) - 1)
    given = (
        twin.proposals[number]
        if number is not None
        else {"name": request.POST.get("name", ""), "changes": []}
    )
    origin = given if number is not None else {}
    risks = risks_of_proposal(request.user, twin.process, given) if origin else []
    name = proposal_name(given) if origin else given["name"]
    try:
        made = designs.create_design(
            twin, name=name[: designs.LONGEST["name"]], changes=given["changes"], origin=origin, risks=risks,
            actor=request.user,
        )  # fmt: skip
    except AnlanError as fault:
        messages.error(request, fault_said(fault, changes=given["changes"], name=name))
        return redirect(f"{reverse('studio:twin', args=[code])}#designs")
    messages.success(request, text("studio.design.made", code=made.code))
    return redirect("studio:design", made.code)


@require_POST
def begin_design(request: HttpRequest, code: str) -> HttpResponseBase:
    """A design begun at a node of the map, with the first question of its operator open."""
    twin = get_object_or_404(selectors.twin_of(request.user, code))
    require(request.user, selectors.EDIT, twin.unit)
    sent = request.POST
    try:
        _, address = at_node.begin_design(
            twin, activity=sent.get("node", "").replace("\0", ""), operator=sent.get("operator", ""),
            actor=request.user,
        )  # fmt: skip
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect(f"{reverse('studio:twin', args=[code])}#designs")
    return redirect(address)


@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponseBase:
    """Run the twin and ask where a change would pay, in the background."""
    twin = get_object_or_404(selectors.twin_of(request.user, code))
    run = calibrating.start_proposing(twin, actor=request.user)
    messages.success(request, text("studio.proposing", code=run.code))
    return redirect("studio:twin", code)


@require_http_methods(["GET", "POST"])
def design(request: HttpRequest, code: str) -> HttpResponseBase:
    """A design. Sent, `do` says what: add a change, drop:N, up:N, facts, move:STATE, pilot."""
    found = get_object_or_404(selectors.designs_of(request.user).filter(code=code))
    if request.method == "GET":
        return _design_page(request, found, asked=request.GET)
    do = request.POST.get("do", "")
    require(request.user, "catalog.edit" if do == "pilot" else selectors.EDIT, found.unit)
    try:
        done = _done(request, found, do)
    except AnlanError as fault:
        fresh = get_object_or_404(selectors.designs_of(request.user).filter(code=code))
        status = 409 if fault.code == "web.conflict" else 422
        return _design_page(request, fresh, asked=request.POST, fault=fault, status=status)
    messages.success(request, text("studio.design.kept"))
    if do == "pilot" and done.draft is not None:
        return redirect("catalog:version", done.twin.process.code, done.draft.number)
    return redirect("studio:design", code)


def _done(request: HttpRequest, found: TwinDesign, do: str) -> TwinDesign:
    seen = whole_number(request.POST.get("seen", ""), most=2**31 - 1) or 0
    what, _, rest = do.partition(":")
    changes, actor = list(found.changes), request.user
    number = whole_number(rest, most=len(changes) - 1)
    if what == "add":
        return designs.change_design(
            found, changes=[*changes, change_sent(request.POST)], seen=seen, actor=actor
        )
    if what == "drop" and number is not None:
        del changes[number]
        return designs.change_design(found, changes=changes, seen=seen, actor=actor)
    if what == "up" and number:
        changes[number - 1], changes[number] = changes[number], changes[number - 1]
        return designs.change_design(found, changes=changes, seen=seen, actor=actor)
    if what == "facts":
        risks = selectors.risks_to_lower(actor, found.twin.process).filter(
            code__in=request.POST.getlist("risk")
        )
        return designs.change_design(
            found, name=request.POST.get("name", ""), note=request.POST.get("note", ""), risks=list(risks),
            seen=seen, actor=actor,
        )  # fmt: skip
    if what == "move":
        return designs.move_design(found, to=rest, seen=seen, actor=actor)
    if what == "pilot":
        return piloting.start_pilot(found, seen=seen, actor=actor)
    raise UsageError("studio.deed", found=do[:40])


def _design_page(
    request: HttpRequest, found: TwinDesign, *, asked: QueryDict, fault: AnlanError | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    twin, operator = found.twin, asked.get("operator", "")
    picture, told = "", []
    faults = faults_said(fault, changes=_changes_asked(found, asked), name=found.name, most=8)
    try:
        after = checked(twin, found.name, found.changes)
    except AnlanError as broken:  # a later program may refuse what an earlier one kept
        faults += faults_said(broken, changes=found.changes, name=found.name, most=8)
    else:
        changes = differences(twin.inputs, after)
        picture, told = change_drawing(twin.inputs, after, changes), differences_said(changes)
    open_ = found.state in designs.OPEN
    may_edit = may(request.user, selectors.EDIT, found.unit)
    page: dict[str, Any] = {
        "design": found, "twin": twin, "picture": picture, "differences": told,
        "changes": changes_said(found.changes), "faults": faults, "operators": operators(),
        "operator": operator if operator in OPERATORS else "",
        "questions": questions_of(twin, operator, asked) if operator in OPERATORS else [],
        "open": open_, "may_edit": may_edit,
        "may_pilot": open_ and found.changes and may(request.user, "catalog.edit", found.unit),
        "moves": designs.STEPS[designs.State(found.state)] if may_edit else (),
        "risks": selectors.risks_to_lower(request.user, twin.process),
        "own_risks": set(found.risks.values_list("code", flat=True)),
        "trail": trail_of(request.user, found) if found.draft is not None or found.origin else [],
        "state": selectors.state_of(found), "trust": shown.trust_of(twin.card),
        "comparisons": selectors.comparisons_with(request.user, found),
        "origin": next(iter(origins_of(request.user, twin.process, [found.origin])), None)
        if found.origin else None,
    }  # fmt: skip
    return render(request, "studio/design.html", page, status=status)


def _changes_asked(found: TwinDesign, asked: QueryDict) -> list[Any]:
    """The changes that were checked: those it has, and the one that was sent to be added."""
    return [*found.changes, {"operator": asked.get("operator", "")}]


@require_POST
def compare(request: HttpRequest, code: str) -> HttpResponseBase:
    """Compare the chosen designs of a twin, or search the best set of them under a budget."""
    twin = get_object_or_404(selectors.twin_of(request.user, code))
    require(request.user, selectors.EDIT, twin.unit)
    sent = request.POST
    chosen = (
        selectors.designs_of(request.user).filter(twin=twin, code__in=sent.getlist("design")).order_by("id")
    )
    try:
        made = comparing.start_comparison(
            twin, list(chosen), actor=request.user, title=sent.get("title", ""), by=sent.get("by") or "cycle",
            most=sent.get("most"), budget=sent.get("budget"),
        )  # fmt: skip
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect(f"{reverse('studio:twin', args=[code])}#designs")
    return redirect("studio:comparison", made.code)


@require_GET
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """What the designs change, figure by figure, and whether the twin deserves trust."""
    found = _comparison(request, code)
    page: dict[str, Any] = {
        "comparison": found, "twin": found.twin, "run": found.run, "waiting": not found.run.finished,
        "step": run_drawings.step_word(found.run), "faults": run_drawings.error_words(found.run),
        "may_edit": may(request.user, selectors.EDIT, found.unit),
        "may_export": may(request.user, "reports.export", found.unit),
        "trust": shown.trust_of(found.twin.card),
    }  # fmt: skip
    if found.run.state == Run.State.DONE:
        try:
            page |= _comparison_parts(request, found)
        except AnlanError as fault:
            page["faults"] = [error_text(fault)]
    return render(request, "studio/comparison.html", page)


def _comparison_parts(request: HttpRequest, found: DesignComparison) -> dict[str, Any]:
    result = result_of(found.run)
    told = comparing_shown.comparison_shown(result, found.designs)
    kept = pictures.kept_design(found.designs, request.GET.get("map", "") or told.chosen)
    after = checked(found.twin, kept["name"], kept["changes"])
    changes = differences(found.twin.inputs, after)
    current = selectors.designs_of(request.user).filter(code=told.chosen).first()
    return {
        "expected": expected_page.expected_rows(request.user, found, result),
        "shown": told, "map_of": kept, "picture": change_drawing(found.twin.inputs, after, changes),
        "differences": differences_said(changes), "n_changes": len(changes),
        "chosen": current, "matrix": pictures.matrix_shown(result["found"]),
        "may_pilot": current is not None and current.state in designs.OPEN
        and may(request.user, "catalog.edit", found.unit),
    }  # fmt: skip


@require_GET
def comparison_live(request: HttpRequest, code: str) -> HttpResponse:
    """How far the comparison is; when it has ended the whole page is asked for."""
    found = _comparison(request, code)
    page = {"comparison": found, "run": found.run, "step": run_drawings.step_word(found.run),
            "may_edit": may(request.user, selectors.EDIT, found.unit)}  # fmt: skip
    answer = render(request, "studio/comparison_live.html", page)
    if found.run.finished:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def set_as_design(request: HttpRequest, code: str) -> HttpResponseBase:
    """A set that the search found as a design of its own."""
    found = get_object_or_404(selectors.comparisons_of(request.user), code=code, run__state=Run.State.DONE)
    require(request.user, selectors.EDIT, found.unit)
    search = result_of(found.run)["found"]["search"] or {"finalists": []}
    number = whole_number(request.POST.get("set", ""), most=len(search["finalists"]) - 1)
    if number is None:
        messages.error(request, text("studio.compare.no_set"))
        return redirect("studio:comparison", code)
    members = search["finalists"][number]["members"]
    changes = [change for each in found.designs if each["name"] in members for change in each["changes"]]
    note = f"{found.code}: {' + '.join(members)}"
    try:
        made = designs.create_design(
            found.twin, name=request.POST.get("name", ""), changes=changes, note=note,
            actor=request.user,
        )  # fmt: skip
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("studio:comparison", code)
    return redirect("studio:design", made.code)


@require_POST
def take_expected(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the simulation says of a risk under a design as the assessment of its expected residual."""
    found = _comparison(request, code)
    sent = request.POST
    known = selectors.risks_to_lower(request.user, found.twin.process)
    risk = get_object_or_404(known, code=sent.get("risk", "").replace("\0", ""))
    try:
        made = expecting.take_expected(
            found, design=sent.get("design", "").replace("\0", ""), risk=risk, actor=request.user,
            severity=whole_number(sent.get("severity", ""), most=99),
        )  # fmt: skip
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect(f"{reverse('studio:comparison', args=[code])}#expected")
    messages.success(request, text("studio.expected.taken", risk=risk.code, number=made.number))
    return redirect("risks:risk", risk.code)


@require_GET
def comparison_file(request: HttpRequest, code: str) -> HttpResponse:
    """The comparison as a table."""
    found = _finished(request, code)
    rows = comparing_shown.table_of(comparing_shown.comparison_shown(result_of(found.run), found.designs))
    record("studio.comparison.export", actor=request.user, target=found, changes={"file": (None, "csv")})
    return files.attached(files.csv_of(rows), f"{code}.csv", "text/csv; charset=utf-8")


@require_GET
def comparison_report(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The comparison to print, with where it comes from."""
    found = _finished(request, code)
    if form not in REPORT_FORMS:
        raise Http404
    document = printed.comparison_report(request.user, found)
    content = to_pdf(document) if form == "pdf" else to_html(document).encode()
    record("studio.comparison.export", actor=request.user, target=found, changes={"file": (None, form)})
    return files.attached(content, f"{code}.{form}", REPORT_FORMS[form])


@require_GET
def comparison_picture(request: HttpRequest, code: str, name: str, form: str) -> HttpResponse:
    """A picture of the comparison: matrix, times or map."""
    found = _finished(request, code)
    if form not in files.PICTURES:
        raise Http404
    picture = pictures.picture_of(found, name)
    content = to_png(picture) if form == "png" else picture.encode()
    changes = {"file": (None, f"{name}.{form}")}
    record("studio.comparison.export", actor=request.user, target=found, changes=changes)
    return files.attached(content, f"{code}-{name}.{form}", files.PICTURES[form])


def _finished(request: HttpRequest, code: str) -> DesignComparison:
    """A comparison that is done, for who may take it out."""
    found = get_object_or_404(selectors.comparisons_of(request.user), code=code, run__state=Run.State.DONE)
    require(request.user, "reports.export", found.unit)
    return found


def _comparison(request: HttpRequest, code: str) -> DesignComparison:
    return get_object_or_404(selectors.comparisons_of(request.user), code=code)
