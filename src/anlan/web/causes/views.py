"""Pages of models: the list, a new one, and the board on which one is drawn.

The board's form is sent with every step and comes back as a page; nothing is written before it is kept. With
the script of the page the same answers replace the board in place.
"""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError, UsageError
from anlan.loop.quantify.cause_models import CODES
from anlan.web.causes import selectors, services
from anlan.web.causes.beginning import WAYS, Beginning, begun
from anlan.web.causes.editing import Board, board_of, board_sent, stepped
from anlan.web.causes.models import CauseModel
from anlan.web.causes.other_views import VIEWS
from anlan.web.causes.shown import keys_of, letters_of, shown
from anlan.web.causes.together import differences
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require, units_of
from anlan.web.risks.selectors import risk_of


@require_GET
def models(request: HttpRequest) -> HttpResponse:
    """All models the person may see, or those about a risk."""
    require(request.user, selectors.SEE)
    about = request.GET.get("about", "")
    risk = get_object_or_404(risk_of(request.user, about)) if about else None
    method = request.GET.get("method", "")
    found = selectors.models_of(
        request.user,
        about=about,
        method=method if method in CODES else "",
        search=request.GET.get("q", "").strip(),
    )
    return render(request, "causes/list.html", {
        "page": Paginator(found, 50).get_page(request.GET.get("page")), "risk": risk, "codes": CODES,
        "asked": request.GET, "may_edit": may(request.user, services.EDIT, risk.unit if risk else None),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_model(request: HttpRequest) -> HttpResponseBase:
    """Begin empty, with the method's example, with the bow-tie of a risk, or with a file."""
    require(request.user, services.EDIT)
    sent = request.POST if request.method == "POST" else request.GET
    about = sent.get("about", "")
    risk = get_object_or_404(risk_of(request.user, about)) if about else None
    fault = None
    if request.method == "POST":
        try:
            given = Beginning(sent.get("method", ""), sent.get("way", ""), sent.get("title", ""),
                              request.FILES.get("file"), sent.get("top", "").strip())  # fmt: skip
            unit = units_of(request.user, services.EDIT).filter(code=sent.get("unit", "")).first()
            made = begun(given, unit=unit or request.user.unit, about=risk, actor=request.user)
            return redirect("causes:model", made.code)
        except AnlanError as wrong:
            fault = wrong
    page = {
        "risk": risk, "codes": CODES, "sent": sent,
        "ways": WAYS if risk else [way for way in WAYS if way != "bow_tie"],
        "units": units_of(request.user, services.EDIT).order_by("path"),
        "faults": [error_text(each) for each in _each(fault)] if fault else [],
    }  # fmt: skip
    return render(request, "causes/new.html", page, status=422 if fault else 200)


@require_http_methods(["GET", "POST"])
def model(request: HttpRequest, code: str) -> HttpResponseBase:
    """The board. Sent, it does the step of the button that was pressed; `save` keeps the drawing."""
    found = get_object_or_404(selectors.model_of(request.user, code))
    if request.method == "GET":
        return _page(request, found, stepped(board_of(found, request.GET), _looks(request.GET), request.GET))
    require(request.user, services.EDIT, found.unit)
    step = request.POST.get("step", "")
    try:
        board = board_sent(found, request.POST)
    except AnlanError as wrong:
        return _page(request, found, board_of(found, request.POST), fault=wrong, status=422)
    try:
        if step.partition(":")[0] in ("save", "mine", "copy", "run"):
            return _written(request, found, board, step)
        return _page(request, found, stepped(board, step, request.POST))
    except AnlanError as wrong:
        conflict = wrong.code == "web.conflict"
        fresh = get_object_or_404(selectors.model_of(request.user, code)) if conflict else found
        return _page(request, fresh, board, fault=wrong, status=409 if conflict else 422)


def _looks(asked: QueryDict) -> str:
    """A step that only looks at something else, for who may not change the model and sends no drawing."""
    step = asked.get("step", "")
    return step if step.partition(":")[0] in ("choose", "draw", "from") else ""


def _written(request: HttpRequest, found: CauseModel, board: Board, step: str) -> HttpResponseBase:
    """Keep the drawing as the next version, over a version seen since, or as a model of its own."""
    action, _, rest = step.partition(":")
    actor = request.user
    if action == "copy":
        made = services.create_model(unit=found.unit, method=found.method, facts=board.facts,
                                     inputs=board.inputs, actor=actor, about=found.about)  # fmt: skip
        messages.success(request, text("causes.copied", code=made.code))
        return redirect("causes:model", made.code)
    seen = (whole_number(rest, most=2**31 - 1) or 0) if action == "mine" else board.seen
    kept = services.keep_model(found, facts=board.facts, inputs=board.inputs, seen=seen, actor=actor)
    if action == "run":
        run = services.calculate_model(kept, actor=actor)
        return redirect("runs:run", run.code)
    if request.headers.get("X-Board"):
        kept = get_object_or_404(selectors.model_of(actor, found.code))
        fresh = board_of(kept, {"part": str(board.part), "root": board.root, "find": board.find})
        return _page(request, kept, fresh, said=text("causes.kept", version=kept.version))
    messages.success(request, text("causes.kept", version=kept.version))
    return redirect(f"{reverse('causes:model', args=[found.code])}?part={board.part}")


def _page(
    request: HttpRequest, found: CauseModel, board: Board, *, fault: AnlanError | None = None, said: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    conflict = fault is not None and fault.code == "web.conflict"
    about = found.about if found.about and may(request.user, "risks.view", found.about.unit) else None
    page: dict[str, Any] = {
        "model": found, "board": board, "shown": shown(board), "about": about, "said": said,
        "written": json.dumps(board.inputs, ensure_ascii=False, separators=(",", ":")),
        "changed": board.inputs != found.inputs or board.facts != _facts(found),
        "faults": [] if fault is None or conflict else [error_text(each) for each in _each(fault)],
        "conflict": conflict, "views": VIEWS[found.method], "keys": keys_of(found.method),
        "letters": letters_of(found.method),
        "differences": differences(board, found) if conflict else [],
        "runs": selectors.calculations_of(found, request.user),
        "may_edit": may(request.user, services.EDIT, found.unit),
        "may_export": may(request.user, "reports.export", found.unit),
    }  # fmt: skip
    return render(request, "causes/model.html", page, status=status)


def _each(fault: AnlanError) -> tuple[AnlanError, ...]:
    return (fault.several or (fault,))[:12]


def _facts(found: CauseModel) -> services.Facts:
    return services.Facts(found.title, found.source, found.note)


@require_POST
def remove_model(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take the model away, from the version that was seen."""
    found = get_object_or_404(selectors.model_of(request.user, code))
    require(request.user, services.EDIT, found.unit)
    try:
        services.remove_model(found, seen=whole_number(request.POST.get("seen", "")) or 0, actor=request.user)
    except UsageError as wrong:
        messages.error(request, error_text(wrong))
        return redirect("causes:model", code)
    messages.success(request, text("causes.removed", code=code))
    return redirect("causes:models")
