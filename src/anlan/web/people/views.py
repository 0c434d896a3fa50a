"""Units, people and their roles."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, in_language, text
from anlan.web.people import forms, selectors, services
from anlan.web.people.models import Assignment, User
from anlan.web.people.permissions import may, require, units_of


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The tree of units with the people of each and their roles."""
    require(request.user, "people.view")
    search, closed = request.GET.get("q", "").strip()[:80], request.GET.get("closed") == "1"
    page = {
        "tree": selectors.tree(request.user, search=search, closed=closed),
        "search": search, "closed": closed, "may_manage": may(request.user, "people.manage"),
        "manageable": _manageable(request.user),
    }  # fmt: skip
    return render(request, "people/people.html", page)


def _manageable(user: User) -> set[int]:
    """Units in which the person may change people and roles."""
    return set(units_of(user, "people.manage").values_list("pk", flat=True))


@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest) -> HttpResponseBase:
    """A unit below one that the person manages."""
    require(request.user, "people.manage")
    initial = {"parent": request.GET.get("parent"), "time_zone": request.user.unit.time_zone}
    form = forms.UnitFacts(request.user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.create_unit(actor=request.user, **form.cleaned_data)
        except AnlanError as fault:
            form.add_error("parent", error_text(fault))
        else:
            messages.success(request, text("people.unit.made", name=in_language(unit)))
            return redirect("people:people")
    return _unit_page(request, form, None)


@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change a unit."""
    found = get_object_or_404(units_of(request.user, "people.view"), code=code)
    require(request.user, "people.manage", found)
    form = forms.UnitFacts(request.user, request.POST or None, unit=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_unit(found, actor=request.user, **form.cleaned_data)
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
        else:
            messages.success(request, text("common.saved"))
            return redirect("people:people")
    return _unit_page(request, form, found)


def _unit_page(request: HttpRequest, form: forms.UnitFacts, found: Any) -> HttpResponse:
    status = 200 if request.method == "GET" else 422
    return render(
        request, "people/unit.html", {"form": form, "unit": found, "zones": forms.ZONES}, status=status
    )


@never_cache
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponseBase:
    """An account with a password for once, shown a single time."""
    require(request.user, "people.manage")
    initial = {"unit": request.GET.get("unit") or request.user.unit_id, "language": request.user.language}
    form = forms.PersonFacts(request.user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = services.make_person(actor=request.user, **form.cleaned_data)
        except AnlanError as fault:
            form.add_error("role", error_text(fault))
        else:
            return _person_page(request, made, password=password)
    status = 200 if request.method == "GET" else 422
    return render(request, "people/new_person.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A person: facts, roles, account."""
    found = get_object_or_404(selectors.people_of(request.user), pk=pk)
    if request.method == "GET":
        return _person_page(request, found)
    services.require_over(request.user, found)
    form = forms.PersonFacts(request.user, request.POST, person=found)
    if not form.is_valid():
        return _person_page(request, found, status=422, facts=form)
    services.change_user(found, actor=request.user, **form.cleaned_data)
    messages.success(request, text("common.saved"))
    return redirect("people:person", pk)


def _person_page(request: HttpRequest, found: User, *, status: int = 200, **more: Any) -> HttpResponse:
    manages = services.manages(request.user, found)
    facts = forms.PersonFacts(request.user, person=found) if manages else None
    assignments = list(found.assignments.select_related("role", "unit").order_by("unit__path", "role__id"))
    page = {
        "person": found, "assignments": assignments, "manages": manages, "facts": facts,
        "may_manage": may(request.user, "people.manage"), "may_audit": may(request.user, "audit.view"),
        "manageable": _manageable(request.user),
        "role_form": forms.RoleIn(request.user, initial={"unit": found.unit_id}),
        "has_factor": getattr(getattr(found, "second_factor", None), "confirmed_at", None) is not None,
    } | more  # fmt: skip
    return render(request, "people/person.html", page, status=status)


@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A role for the person in a unit."""
    found = get_object_or_404(selectors.people_of(request.user), pk=pk)
    require(request.user, "people.manage")
    form = forms.RoleIn(request.user, request.POST)
    if not form.is_valid():
        return _person_page(request, found, status=422, role_form=form)
    given = form.cleaned_data
    try:
        services.assign_role(user=found, role=given["role"].code, unit=given["unit"], actor=request.user)
    except AnlanError as fault:
        form.add_error("role", error_text(fault))
        return _person_page(request, found, status=422, role_form=form)
    messages.success(request, text("common.saved"))
    return redirect("people:person", pk)


@require_POST
def withdraw_role(request: HttpRequest, pk: int, assignment: int) -> HttpResponseBase:
    """Take a role back."""
    found = get_object_or_404(selectors.people_of(request.user), pk=pk)
    role = get_object_or_404(Assignment, pk=assignment, user=found)
    return _acted(request, found, lambda: services.withdraw_role(role, actor=request.user))


@never_cache
@require_POST
def act_on_person(request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
    """Open or close the account, take the second step away, or make a password for once."""
    found = get_object_or_404(selectors.people_of(request.user), pk=pk)
    actor = request.user
    if action == "reset-password":
        return _person_page(request, found, password=services.reset_password(found, actor=actor))
    actions: dict[str, Callable[[], Any]] = {
        "deactivate": lambda: services.set_active(found, active=False, actor=actor),
        "activate": lambda: services.set_active(found, active=True, actor=actor),
        "reset-factor": lambda: services.reset_factor(found, actor=actor),
    }
    if action not in actions:
        raise Http404
    return _acted(request, found, actions[action])


def _acted(request: HttpRequest, found: User, act: Callable[[], Any]) -> HttpResponseBase:
    """Do it and go back to the person; what is refused is said there."""
    try:
        act()
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("common.saved"))
    return redirect("people:person", found.pk)
