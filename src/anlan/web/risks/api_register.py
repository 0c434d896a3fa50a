"""Endpoints of the register's tools: own fields, kept views, one change for many, appetite."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from anlan.domain.errors import UsageError
from anlan.web.common.rest import versions
from anlan.web.common.rest.values import Code, Given, Line, Named, Shown, Text, named
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.permissions import require
from anlan.web.risks import selectors, services
from anlan.web.risks.models import CATEGORIES, CustomField, SavedView
from anlan.web.risks.services import saved_views
from anlan.web.risks.shapes import Category, Phase, Reason

router = Router(tags=["risks"])
Kind = Literal[tuple(CustomField.Kind.values)]  # type: ignore[valid-type]
Tag = Annotated[Text, Field(min_length=1, max_length=40)]
_NOT_CHANGED = ("no_right", "changed_since", "owner_outside", "too_many_tags", "already", "unknown")


class Choice(Given):
    """A choice of an own field: its code and its words."""

    code: Annotated[Text, Field(min_length=1, max_length=60, pattern=r"^[^,，]+$")]
    zh: Annotated[Text, Field(min_length=1, max_length=60)]
    en: Annotated[Text, Field(max_length=60)] = ""


class NewOwnField(Given):
    """A field that risks of the unit and below get; key and kind cannot be changed later."""

    unit: Code
    key: Annotated[Text, Field(min_length=1, max_length=30)]
    kind: Kind
    label: Annotated[Text, Field(min_length=1, max_length=60)]
    label_en: Annotated[Text, Field(max_length=60)] = ""
    required: bool = False
    position: Annotated[int, Field(ge=0, le=999)] = 10
    measure: Annotated[Text, Field(max_length=20)] = ""
    least: float | None = None
    most: float | None = None
    choices: Annotated[list[Choice], Field(max_length=100)] = []


class OwnFieldChange(Given):
    """Only what is given changes; retired: takes no new values, those it has stay."""

    label: Annotated[Text, Field(min_length=1, max_length=60)] = ""
    label_en: Annotated[Text, Field(max_length=60)] = ""
    required: bool = False
    position: Annotated[int, Field(ge=0, le=999)] = 10
    measure: Annotated[Text, Field(max_length=20)] = ""
    least: float | None = None
    most: float | None = None
    choices: Annotated[list[Choice], Field(max_length=100)] = []
    retired: bool = False


class OwnField(Shown):
    """A field of one's own units or of those above; `custom` of a risk holds its value under `key`."""

    unit: Named
    key: str
    kind: str
    label: str
    label_en: str
    required: bool
    position: int
    measure: str
    least: float | None
    most: float | None
    choices: list[dict[str, str]]
    retired: bool


class KeptView(Shown):
    """Filters, columns and order of the register under a name; query: as in the page's address."""

    name: str
    query: str
    shared: bool
    first: bool
    by: str


class ViewContent(Given):
    """query: as in the address of the register's page; first: the register opens with it."""

    query: Annotated[Text, Field(max_length=saved_views.LONGEST_QUERY)]
    shared: bool = False
    first: bool = False


class ViewName(Given):
    """The new name of a kept view."""

    name: Annotated[Text, Field(min_length=1, max_length=60)]


class ManyChange(Given):
    """risks: code -> the version that was seen; preview: say what would happen, write nothing."""

    risks: Annotated[dict[str, int], Field(min_length=1, max_length=10_000)]
    owner: Code | None = None
    phase: Phase | None = None
    category: Category | None = None
    next_review_on: date | None = None
    add_tags: Annotated[list[Tag], Field(max_length=40)] = []
    remove_tags: Annotated[list[Tag], Field(max_length=40)] = []
    reason: Annotated[Text, Field(max_length=400)] = ""
    preview: bool = False


class NotChanged(Shown):
    """A risk that cannot be changed, and why."""

    code: str
    reason: Literal[_NOT_CHANGED]  # type: ignore[valid-type]


class BulkOutcome(Shown):
    """changed: codes of the risks that are, or in a preview would be, changed."""

    changed: list[str]
    cannot: list[NotChanged]
    written: bool


class Tolerated(Shown):
    """What holds in the unit for a category (empty: for all); set_by: null for the rule of the criteria.
    total_loss, total_chance: of all risks together in a year, only in the line for all categories."""

    category: str
    highest_level: str
    annual_loss: float | None
    total_loss: float | None = None
    total_chance: float | None = None
    set_by: Named | None


class NewAppetite(Given):
    """category: empty for all; highest_level: null lets the unit above hold again."""

    unit: Code
    category: Literal["", Category] = ""
    highest_level: Annotated[Text, Field(max_length=20)] | None
    annual_loss: Annotated[float, Field(ge=0, lt=1e15)] | None = None
    total_loss: Annotated[float, Field(ge=0, lt=1e15)] | None = None
    total_chance: Annotated[float, Field(gt=0, lt=1)] | None = None
    reason: Reason


class Judged(Shown):
    """How many risks stand otherwise against the appetite now."""

    changed: int


@router.get("/own-fields", response=list[OwnField])
def list_own_fields(request: HttpRequest) -> list[dict[str, Any]]:
    require(request.user, "risks.view")
    return [_field(field) for field in selectors.custom_fields(request.user, retired=True)]


@router.post("/own-fields", response={201: OwnField})
def define_own_field(request: HttpRequest, given: NewOwnField) -> Status[dict[str, Any]]:
    require(request.user, "criteria.manage")
    unit = unit_in(request.user, given.unit, "criteria.manage")
    made = services.define_field(unit=unit, actor=request.user, **given.model_dump(exclude={"unit"}))
    return Status(201, _field(made))


@router.get("/own-fields/{key}", response=OwnField)
def get_own_field(request: HttpRequest, key: str, response: HttpResponse) -> dict[str, Any]:
    found = _own_field(request, key)
    versions.mark(response, found)
    return _field(found)


@router.patch("/own-fields/{key}", response=OwnField)
def change_own_field(
    request: HttpRequest, key: str, given: OwnFieldChange, response: HttpResponse
) -> dict[str, Any]:
    found = _own_field(request, key)
    require(request.user, "criteria.manage", found.unit)
    seen = versions.seen(request, found)
    facts = {name: getattr(found, name) for name in OwnFieldChange.model_fields}
    facts |= given.model_dump(exclude_unset=True)
    changed = services.change_field(found, version=seen, actor=request.user, **facts)
    versions.mark(response, changed)
    return _field(changed)


def _own_field(request: HttpRequest, key: str) -> CustomField:
    visible = selectors.custom_fields(request.user, retired=True)
    return get_object_or_404(CustomField, key=key, pk__in=[field.pk for field in visible])


@router.get("/register-views", response=list[KeptView])
def list_register_views(request: HttpRequest) -> list[dict[str, Any]]:
    require(request.user, "risks.view")
    return [_view(request, view) for view in selectors.saved_views(request.user)]


@router.put("/register-views/{name}", response=KeptView)
def keep_register_view(request: HttpRequest, name: str, given: ViewContent) -> dict[str, Any]:
    view = saved_views.save_view(name=name, query=given.query, shared=given.shared, actor=request.user)
    if view.first != given.first:
        saved_views.open_first(view, on=given.first, actor=request.user)
        view.refresh_from_db()
    return _view(request, view)


@router.post("/register-views/{name}/rename", response=KeptView)
def rename_register_view(request: HttpRequest, name: str, given: ViewName) -> dict[str, Any]:
    view = _own_view(request, name)
    saved_views.rename_view(view, name=given.name, shared=view.shared, actor=request.user)
    return _view(request, view)


@router.delete("/register-views/{name}", response={204: None})
def drop_register_view(request: HttpRequest, name: str) -> Status[None]:
    saved_views.delete_view(_own_view(request, name), actor=request.user)
    return Status(204, None)


def _own_view(request: HttpRequest, name: str) -> SavedView:
    require(request.user, "risks.view")
    return get_object_or_404(SavedView, user=request.user, name=name)


def _view(request: HttpRequest, view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "query": view.query, "shared": view.shared, "by": view.user.username,
            "first": view.first and view.user_id == request.user.pk}  # fmt: skip


@router.post("/risk-changes", response=BulkOutcome)
def change_risks(request: HttpRequest, given: ManyChange) -> dict[str, Any]:
    require(request.user, "risks.edit")
    change = services.Change(
        owner=person_in(request.user, given.owner, "risks.view") if given.owner else None,
        phase=given.phase or "", category=given.category or "", next_review_on=given.next_review_on,
        add_tags=tuple(given.add_tags), remove_tags=tuple(given.remove_tags),
    )  # fmt: skip
    if given.preview:
        plan = services.plan_change(given.risks, change, actor=request.user)
    else:
        plan = services.change_many(given.risks, change, actor=request.user, reason=given.reason)
        if plan.cannot:
            held = ", ".join(getattr(risk, "code", risk) for risk, _ in plan.cannot[:20])
            raise UsageError("bulk.cannot", n=len(plan.cannot), held=held)
    return {
        "changed": list(plan.seen),
        "cannot": [{"code": getattr(r, "code", r), "reason": reason} for r, reason in plan.cannot],
        "written": not given.preview,
    }


@router.get("/appetite", response=list[Tolerated])
def get_appetite(request: HttpRequest, unit: Line = "") -> list[dict[str, Any]]:
    require(request.user, "risks.view")
    wanted = unit_in(request.user, unit, "risks.view") if unit else request.user.unit
    limits = services.Limits([wanted])
    found = [(category, limits.of(wanted, category)) for category in ("", *CATEGORIES)]
    rows = [
        {"category": category, "highest_level": limit.highest_level, "annual_loss": limit.annual_loss,
         "set_by": named(limit.entry.unit) if limit.entry else None}
        for category, limit in found
    ]  # fmt: skip
    total = limits.total(wanted)
    rows[0] |= {"total_loss": total and total.loss, "total_chance": total and total.chance}
    return rows


@router.post("/appetite", response=Judged)
def set_appetite(request: HttpRequest, given: NewAppetite) -> dict[str, int]:
    require(request.user, "criteria.manage")
    unit = unit_in(request.user, given.unit, "criteria.manage")
    facts = {"unit": unit, "category": given.category, "reason": given.reason, "actor": request.user}
    if given.highest_level is None:
        return {"changed": services.inherit_appetite(**facts)}
    return {
        "changed": services.set_appetite(
            highest_level=given.highest_level,
            annual_loss=given.annual_loss,
            total_loss=given.total_loss,
            total_chance=given.total_chance,
            **facts,
        )
    }


def _field(field: CustomField) -> dict[str, Any]:
    names = [name for name in OwnField.model_fields if name != "unit"]
    return {name: getattr(field, name) for name in names} | {"unit": named(field.unit)}
