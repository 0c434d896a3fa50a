"""Pages of roles, and of moving a unit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, in_language, text
from anlan.web.people import forms, moving, roles
from anlan.web.people.models import Role
from anlan.web.people.permissions import Refused, require, units_of


@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    """All roles, what each may, and how many people have it."""
    require(request.user, "people.view")
    page = {"roles": roles.roles_with_holders(), "may_make": roles.may_make(request.user)}
    return render(request, "people/roles.html", page)


@require_http_methods(["GET", "POST"])
def new_role(request: HttpRequest) -> HttpResponseBase:
    """A role made from an existing one (`like`), with what one holds oneself."""
    require(request.user, "people.manage")
    if not roles.may_make(request.user):
        raise Refused(request.user, "people.manage", None)
    like = Role.objects.filter(code=request.GET.get("like", "")).first()
    held = roles.held(request.user)
    start = {"permissions": [p for p in like.permissions if p in held]} if like else {}
    form = forms.RoleFacts(held, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        made = _saved(request, form, lambda given: roles.create_role(actor=request.user, like=like, **given))
        if made is not None:
            return redirect("people:role", made.code)
    left_out = [p for p in like.permissions if p not in held] if like else []
    return _page(request, form, role=None, like=like, left_out=left_out)


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, code: str) -> HttpResponseBase:
    """One role; its permissions can be changed where it is no built-in one."""
    require(request.user, "people.view")
    found = get_object_or_404(roles.roles_with_holders(), code=code)
    editable = roles.may_make(request.user) and not found.built_in
    if request.method == "POST" and not found.built_in:
        require(request.user, "people.manage")
    names = ("name", "name_en", "permissions")
    initial = {name: getattr(found, name) for name in names}
    allowed = roles.held(request.user) | set(found.permissions) if editable else set()
    form = forms.RoleFacts(allowed, request.POST or None, initial=initial)
    sound = request.method == "POST" and form.is_valid()
    if sound and _saved(request, form, lambda given: roles.change_role(found, actor=request.user, **given)):
        return redirect("people:role", code)
    return _page(request, form, role=found, editable=editable)


def _saved(request: HttpRequest, form: forms.RoleFacts, save: Any) -> Role | None:
    """The role, or None with the refusal on the form."""
    try:
        made: Role = save(form.cleaned_data)
    except AnlanError as fault:
        form.add_error(None, error_text(fault))
        return None
    messages.success(request, text("common.saved"))
    return made


def _page(request: HttpRequest, form: forms.RoleFacts, **more: Any) -> HttpResponse:
    page = {"form": form, "groups": form.groups(), "editable": True} | more
    return render(request, "people/role.html", page, status=200 if request.method == "GET" else 422)


@require_POST
def retire_role(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the role to nobody any more, or again."""
    require(request.user, "people.manage")
    found = get_object_or_404(Role, code=code)
    try:
        roles.retire_role(found, retired=request.POST.get("retired") == "1", actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("common.saved"))
    return redirect("people:role", code)


@require_http_methods(["GET", "POST"])
def move_unit(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choose the new parent, see what changes, confirm."""
    found = get_object_or_404(units_of(request.user, "people.view"), code=code)
    require(request.user, "people.manage", found)
    form = forms.NewParent(request.user, found, request.POST or request.GET or None)
    plan, status = None, 200
    if form.is_bound and form.is_valid():
        parent = form.cleaned_data["parent"]
        try:
            plan = moving.plan_move(found, parent, actor=request.user)
            if request.method == "POST":
                moving.move_unit(found, parent, actor=request.user)
                messages.success(request, text("people.move.done", name=in_language(found),
                                               parent=in_language(parent)))  # fmt: skip
                return redirect("people:people")
        except AnlanError as fault:
            form.add_error("parent", error_text(fault))
            plan, status = None, 422
    elif form.is_bound:
        status = 422
    page = {"unit": found, "form": form, "plan": plan}
    return render(request, "people/move.html", page, status=status)
