"""Pages of expert sessions: the leader's, and the one an expert opens by link."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.loop.quantify.delphi import dissent
from anlan.web.catalog.selectors import names_of_processes, process_of
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.middleware import public
from anlan.web.people.permissions import may, require
from anlan.web.risks import selectors, services
from anlan.web.risks.eliciting import session_forms
from anlan.web.risks.eliciting.answer_views import answer_sheet
from anlan.web.risks.eliciting.outcome import answer_rows, drawn, ended_round, left_out_words, outcome_of
from anlan.web.risks.eliciting.session_views import asks, sheet_page
from anlan.web.risks.eliciting.sheet_forms import FORMS, refused
from anlan.web.risks.models import Invitation, Workshop, WorkshopItem
from anlan.web.risks.services import session_answers as sessions
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.runs.models import Run

_SHOWN_ONCE = "workshop_links"


@require_GET
def workshops(request: HttpRequest) -> HttpResponse:
    """All sessions of the units the person may see."""
    require(request.user, "risks.view")
    page = Paginator(selectors.sessions_of(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "risks/workshops.html",
                  {"page": page, "may_lead": may(request.user, "workshops.lead")})  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_workshop(request: HttpRequest) -> HttpResponseBase:
    """Choose what is asked, name experts; the links are shown once, on the next page.

    kind: a sheet to be answered, else risks are judged; process: its nodes are offered as items.
    """
    require(request.user, "workshops.lead")
    kind, process = request.GET.get("kind", ""), _process(request)
    if kind in FORMS:
        form = FORMS[kind](request.user, request.POST or None, process=process)
    else:
        kind, form = "", session_forms.NewWorkshop(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, tokens = services.create_workshop(actor=request.user, **form.asked())
        except AnlanError as fault:
            refused(form, fault)
        else:
            request.session[_SHOWN_ONCE] = {made.code: tokens}
            return redirect("risks:workshop", made.code)
    page = {"form": form, "kind": kind, "kinds": ["", *FORMS], "process": process,
            "processes": names_of_processes(request.user) if kind == "ahp_pairs" else []}  # fmt: skip
    return render(request, "risks/new_workshop.html", page, status=200 if request.method == "GET" else 422)


def _process(request: HttpRequest) -> Any:
    """The process named in the address. Errors: Http404 where the person may not see it."""
    code = request.GET.get("process", "")
    return get_object_or_404(process_of(request.user, code)) if code else None


@require_GET
def workshop(request: HttpRequest, code: str) -> HttpResponse:
    """Where the session stands: answers so far, spread by question, agreement, what to do next."""
    found = get_object_or_404(selectors.sessions_of(request.user), code=code)
    tokens = request.session.pop(_SHOWN_ONCE, {}).get(code, {})
    may_lead = may(request.user, "workshops.lead", found.unit)
    page = {
        "workshop": found, "invitations": _invitations(found), "may_lead": may_lead,
        "links": {name: _link(request, token) for name, token in tokens.items()},
        "left": found.most_rounds - found.round,
    }  # fmt: skip
    if kind_of(found.kind).sheet:
        return render(request, "risks/sheet_session.html",
                      page | sheet_page(found, request.user, may_lead=may_lead))  # fmt: skip
    rounds = _round_rows(found)
    page |= {
        "rows": rounds["rows"], "round": rounds["round"], "axes": rounds.get("axes", []),
        "stable": rounds.get("stable", False),
        "has_w": any(found_round.w for _, found_round in rounds.get("axes", [])),
    }  # fmt: skip
    return render(request, "risks/workshop.html", page)


def _link(request: HttpRequest, token: str) -> str:
    from django.urls import reverse

    return request.build_absolute_uri(reverse("risks:answer", args=[token]))


def _invitations(found: Workshop) -> list[dict[str, Any]]:
    """Experts with how many of the questions each has answered in the current round."""
    rows = []
    for invitation in found.invitations.prefetch_related("answers"):
        rows.append({"invitation": invitation, "answered": sessions.n_answered(found, invitation)})
    return rows


def _round_rows(found: Workshop) -> dict[str, Any]:
    """The newest round that has answers to show: while a round is open, the one before it."""
    shown = found.round - 1 if found.state == Workshop.State.OPEN else found.round
    if shown < 1:
        return {"rows": [], "round": 0, "summary": {}}
    summary = sessions.summary(found, shown)
    rows = [
        _spread(item, summary) | {"adopted": item.adopted}
        for item in found.items.select_related("risk", "adopted__criteria")
    ]
    return {"rows": rows, "round": shown, "summary": summary,
            "axes": [(axis, summary[axis]) for axis in summary],
            "stable": all(round_.stable for round_ in summary.values())}  # fmt: skip


def _spread(item: WorkshopItem, summary: Any) -> dict[str, Any]:
    """A risk with its question on every axis."""
    questions = [(axis, summary[axis].questions[item.risk.code]) for axis in summary]
    return {"risk": item.risk, "questions": questions, "settled": all(q.settled for _, q in questions)}


@require_POST
def move_workshop(request: HttpRequest, code: str) -> HttpResponseBase:
    """Open or close a round, adopt the result, renew a link or take it back."""
    found = get_object_or_404(selectors.sessions_of(request.user), code=code)
    step, user = request.POST.get("step", ""), request.user
    try:
        if step == "open":
            services.open_round(found, actor=user)
        elif step == "close":
            services.close_round(found, actor=user, reason=request.POST.get("reason", ""))
        elif step == "adopt":
            made = services.conclude(found, actor=user)
            said = (text("eliciting.adopted", code=made.code) if isinstance(made, Run)
                    else text("workshops.adopted", n=len(made)))  # fmt: skip
            messages.success(request, said)
        elif step.startswith("renew-"):
            invitation = _invitation(found, step)
            token = services.renew_link(invitation, actor=user)
            request.session[_SHOWN_ONCE] = {code: {invitation.pseudonym: token}}
        elif step.startswith("revoke-"):
            services.revoke_link(_invitation(found, step), actor=user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect("risks:workshop", code)


def _invitation(found: Workshop, step: str) -> Invitation:
    """The invitation that a step such as `renew-7` names."""
    return get_object_or_404(found.invitations, pk=whole_number(step.partition("-")[2]))


@require_GET
def workshop_record(request: HttpRequest, code: str) -> HttpResponse:
    """The identification record: method, people by pseudonym, dates, outcome; prints on one sheet."""
    found = get_object_or_404(selectors.sessions_of(request.user), code=code)
    if kind_of(found.kind).sheet:
        return _sheet_record(request, found)
    history = [(n, sessions.summary(found, n)) for n in range(1, found.round + 1)]
    rounds = [
        {"number": n, "axes": list(summary),
         "rows": [_spread(item, summary) for item in found.items.select_related("risk")]}
        for n, summary in history
    ]  # fmt: skip
    return render(request, "risks/workshop_record.html",
                  {"workshop": found, "rounds": rounds,
                   "may_export": may(request.user, "reports.export", found.unit),
                   "invitations": found.invitations.all(),
                   "items": found.items.select_related("risk", "adopted__criteria")})  # fmt: skip


def _sheet_record(request: HttpRequest, found: Workshop) -> HttpResponse:
    """The same for a sheet: of each round that is over the outcome and every answer."""
    rounds = [outcome_of(found, number) for number in range(1, ended_round(found) + 1)]
    shown = [
        (each, drawn((*each.tables, *each.agreement), whole=True), left_out_words(each),
         answer_rows(found, each))
        for each in rounds
    ]  # fmt: skip
    return render(request, "risks/sheet_record.html",
                  {"workshop": found, "rounds": shown, "invitations": found.invitations.all(),
                   "asks": asks(found, may_lead=may(request.user, "workshops.lead", found.unit)),
                   "may_export": may(request.user, "reports.export", found.unit)})  # fmt: skip


@public
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    """An expert's page, without an account: one question after the other, saved at once."""
    invitation = services.invitation_of(token)
    if invitation is None:
        raise Http404
    if invitation.opened_at is None:
        Invitation.objects.filter(pk=invitation.pk).update(opened_at=timezone.now())
    with translation.override("en" if (translation.get_language() or "").startswith("en") else "zh-hans"):
        return _answer_page(request, invitation)


@require_http_methods(["GET", "POST"])
def my_answer(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same page for an expert with an account, who needs no link."""
    found = get_object_or_404(Workshop, code=code)
    invitation = services.own_invitation(found, request.user)
    if invitation is None:
        raise Http404
    if invitation.opened_at is None:
        Invitation.objects.filter(pk=invitation.pk).update(opened_at=timezone.now())
    return _answer_page(request, invitation)


def _answer_page(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    found = Workshop.objects.select_related("unit").get(pk=invitation.workshop_id)
    if kind_of(found.kind).sheet:
        return answer_sheet(request, invitation, found)
    items = list(found.items.select_related("risk"))
    place = min(max(whole_number(request.GET.get("q")) or 1, 1), len(items))
    item = items[place - 1]
    criteria = services.criteria_for(found.unit)
    saved, status = "", 200
    asks = session_forms.ExpertPoints if kind_of(found.kind).values else session_forms.ExpertScores
    form = asks(criteria, request.POST or None, initial=_own(invitation, item, found.round))
    if request.method == "POST":
        if form.is_valid():
            try:
                _keep(invitation, item, found, form.cleaned_data)
            except AnlanError as fault:
                form.add_error(None, error_text(fault))
                status = 409 if fault.code == "workshop.not_open" else 422
            else:
                if request.POST.get("go") == "next" and place < len(items):
                    return redirect(f"{request.path}?q={place + 1}")
                saved = text("workshops.answer.saved")
        else:
            status = 422
    done = invitation.answers.filter(round=found.round).count()
    page = {
        "workshop": found, "item": item, "part": f"risks/answers/{found.kind}.html",
        "place": place, "n": len(items), "done": done, "form": form,
        "saved": saved, "open": found.state == Workshop.State.OPEN,
        "before": _feedback(invitation, item, found), "me": invitation.pseudonym,
    }  # fmt: skip
    return render(request, "risks/answer.html", page, status=status)


def _keep(invitation: Invitation, item: WorkshopItem, found: Workshop, given: dict[str, Any]) -> None:
    """The answer as the kind of session takes it."""
    if not kind_of(found.kind).values:
        services.answer(invitation, item, **given)
        return
    reason = given.pop("reason")
    services.answer(invitation, item, points=given, reason=reason)


def _own(invitation: Invitation, item: WorkshopItem, number: int) -> dict[str, Any]:
    """The expert's own answer in this round, else in the last one, as a start."""
    given = invitation.answers.filter(item=item, round__lte=number).order_by("-round").first()
    if given is None:
        return {}
    reason = given.reason if given.round == number else ""
    return {axis: sessions.said(given, axis) for axis in sessions.axes_of(invitation.workshop)} | {
        "reason": reason
    }


def _feedback(invitation: Invitation, item: WorkshopItem, found: Workshop) -> list[dict[str, Any]]:
    """Of the round before: median and quartiles, the own answer, and reasons of those outside."""
    if found.round < 2:
        return []
    summary = sessions.summary(found, found.round - 1)
    rows = list(item.answers.filter(round=found.round - 1).select_related("invitation"))
    own = next((row for row in rows if row.invitation_id == invitation.pk), None)
    shown = []
    for axis in summary:
        half = summary[axis].questions[item.risk.code].half
        if half is not None:
            others = [(sessions.said(r, axis), r.reason) for r in rows if r.invitation_id != invitation.pk]
            shown.append({"axis": axis, "half": half, "own": own and sessions.said(own, axis),
                          "reasons": dissent(others, half)})  # fmt: skip
    return _reasons_once(shown) if kind_of(found.kind).values else shown


def _reasons_once(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One reason stands for all numbers of an expert; it is read at the first on which they differ."""
    seen: set[str] = set()
    for entry in shown:
        fresh = [reason for reason in dict.fromkeys(entry["reasons"]) if reason not in seen]
        seen.update(fresh)
        entry["reasons"] = fresh
    return shown
