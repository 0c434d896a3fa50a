"""Pages of the criteria: versions of a unit, the editor with its live picture, import and export."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.formats.settings_bytes import LARGEST_BYTES
from anlan.formats.written_numbers import written_number
from anlan.web.common.texts import error_text, of, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.models import Unit
from anlan.web.people.permissions import in_scope, may, require, units_of
from anlan.web.risks import drawings, selectors, services
from anlan.web.risks.models import Criteria
from anlan.web.risks.services import criteria_versions as versions

_SHOWN = 200
_AXES = ("likelihood", "severity")


@require_GET
def criteria(request: HttpRequest) -> HttpResponseBase:
    """What holds in a unit, drafts that wait, and what held before."""
    require(request.user, "risks.view")
    unit = _unit(request)
    held = services.criteria_for(unit)
    found = list(Criteria.objects.filter(unit=unit).select_related("created_by", "approved_by"))
    return render(request, "risks/criteria.html", {
        "unit": unit, "units": units_of(request.user, "risks.view"), "held": held, **_picture(held.content),
        **_scales(held.content),
        "drafts": [c for c in found if versions.is_draft(c)], "former": [c for c in found if c.valid_to],
        "may_set": may(request.user, "criteria.manage", unit), "inherited": held.unit_id != unit.pk,
    })  # fmt: skip


def _unit(request: HttpRequest) -> Unit:
    units = units_of(request.user, "risks.view")
    code = request.GET.get("unit") or request.POST.get("unit")
    return get_object_or_404(units, code=code) if code else request.user.unit or units.first()


def _picture(content: dict[str, Any]) -> dict[str, Any]:
    """The matrix as drawn, and what misleads in it."""
    found = [
        text(
            f"register.criteria.warnings.{code}",
            **{k: of(v) if isinstance(v, dict) else v for k, v in facts.items()},
        )
        for code, facts in versions.warnings_of(content)
    ]
    draft = Criteria(content=content)
    return {"matrix": drawings.matrix_rows(draft, {}), "content": content, "warnings": found[:8],
            "n_warnings": len(found)}  # fmt: skip


def _scales(content: dict[str, Any]) -> dict[str, Any]:
    """What the scores and levels of a stored version stand for, from the highest."""
    return {"scales": [(axis, _steps(content[axis])) for axis in _AXES], "levels": content["levels"][::-1]}


def _steps(scale: dict[str, Any]) -> list[tuple[str, str]]:
    """What each step of a scale stands for, from the highest: its name and its band."""
    unit = text(f"risks.scale_units.{scale['unit']}")
    labels = list(enumerate(scale["labels"]))
    return [(f"{i + 1} {of(label)}", f"{drawings.bounds_said(scale, i)} {unit}") for i, label in labels[::-1]]


@require_GET
def version(request: HttpRequest, number: int) -> HttpResponseBase:
    """One version; of a draft what would change if it held."""
    found = _version(request, number)
    draft = versions.is_draft(found)
    moved = versions.would_change(found) if draft else []
    may_set = may(request.user, "criteria.manage", found.unit)
    seen = {risk.pk for risk in in_scope(_risks(moved), request.user, "risks.view")}
    return render(request, "risks/criteria_version.html", {
        "version": found, "draft": draft, **_picture(found.content),
        **_scales(found.content),
        "n_moved": len(moved),
        "moved": [m for m in moved if m.risk.pk in seen][:_SHOWN], "held": services.criteria_for(found.unit),
        "may_set": may_set, "may_force": may_set and draft and found.created_by_id != request.user.pk,
    })  # fmt: skip


def _risks(moved: list[versions.Moved]) -> Any:
    from anlan.web.risks.models import Risk

    return Risk.objects.filter(pk__in=[m.risk.pk for m in moved][:_SHOWN])


def _version(request: HttpRequest, number: int) -> Criteria:
    return get_object_or_404(selectors.criteria_versions_of(request.user), pk=number)


@require_GET
def export_criteria(request: HttpRequest, number: int) -> HttpResponseBase:
    """The version as the TOML that the command line reads."""
    found = _version(request, number)
    answer = HttpResponse(versions.toml_of(found.content), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="criteria-{found.unit_id}-{found.number}.toml"'
    return answer


@require_http_methods(["GET", "POST"])
def edit_criteria(request: HttpRequest) -> HttpResponseBase:
    """Draft a version in the editor, from what holds or from a file."""
    unit = _unit(request)
    require(request.user, "criteria.manage", unit)
    content, fault, name = services.criteria_for(unit).content, "", ""
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            content = _given(request, content)
            if request.POST.get("do") != "read":
                made = versions.draft_criteria(unit=unit, content=content, name=name, actor=request.user)
                messages.success(request, text("register.criteria.drafted", number=made.number))
                return redirect("risks:criteria_version", made.pk)
            name = name or content["version"]
        except AnlanError as wrong:
            fault = error_text(wrong)
    return render(request, "risks/edit_criteria.html", {
        "unit": unit, "fault": fault, "name": name, **_picture(content), **_editor(content),
    }, status=422 if fault else 200)  # fmt: skip


def _given(request: HttpRequest, held: dict[str, Any]) -> dict[str, Any]:
    """The criteria of a file, or of the editor's fields."""
    if file := request.FILES.get("file"):
        return versions.content_of(file.read(LARGEST_BYTES + 1), name=file.name or "criteria.toml")
    return edited(held, request.POST)


def edited(held: dict[str, Any], given: QueryDict) -> dict[str, Any]:
    """`held` with what the editor's fields say. What is no number stays text, for the check to name."""
    content = held | {"cells": _cells(held, given)}
    for axis in ("likelihood", "severity"):
        scale = held[axis]
        content[axis] = scale | {
            "bounds": [_number(given.get(f"{axis}.bound.{i}"), b) for i, b in enumerate(scale["bounds"])],
            "labels": [
                {
                    tongue: given.get(f"{axis}.{tongue}.{i}", label[tongue]).strip()[:40]
                    for tongue in ("zh", "en")
                }
                for i, label in enumerate(scale["labels"])
            ],
        }
    content["levels"] = [
        level
        | {"name": {t: given.get(f"level.{t}.{i}", level["name"][t]).strip()[:20] for t in ("zh", "en")}}
        for i, level in enumerate(held["levels"])
    ]
    return content


def _number(said: str | None, held: float) -> float | str:
    if said is None:
        return held
    value = written_number(said)
    return said if value is None else value


def _cells(held: dict[str, Any], given: QueryDict) -> list[list[int]]:
    most = len(held["levels"]) - 1
    rows = []
    for i, row in enumerate(held["cells"], 1):
        ranks = [whole_number(given.get(f"cell.{i}.{j}"), most=most) for j in range(1, len(row) + 1)]
        rows.append([rank if new is None else new for rank, new in zip(row, ranks, strict=True)])
    return rows


def _axis(axis: str, scale: dict[str, Any]) -> dict[str, Any]:
    """A scale's rows: label and, but for the last, the bound it ends at."""
    bounds = [*scale["bounds"], None]
    rows = [{"i": i, "label": label, "bound": bounds[i]} for i, label in enumerate(scale["labels"])]
    return {"axis": axis, "unit": text(f"risks.scale_units.{scale['unit']}"), "rows": rows}


def _editor(content: dict[str, Any]) -> dict[str, Any]:
    """What the editor's fields hold."""
    return {
        "axes": [_axis(axis, content[axis]) for axis in ("likelihood", "severity")],
        "levels": [(rank, of(level["name"])) for rank, level in enumerate(content["levels"])],
        "level_rows": list(enumerate(content["levels"])),
    }  # fmt: skip


@require_POST
def picture(request: HttpRequest) -> HttpResponseBase:
    """The matrix of the editor's fields as they stand, for the picture beside them."""
    unit = _unit(request)
    require(request.user, "criteria.manage", unit)
    content = edited(services.criteria_for(unit).content, request.POST)
    return render(request, "risks/criteria_picture.html", _picture(content))


@require_POST
def decide_criteria(request: HttpRequest, number: int) -> HttpResponseBase:
    """Put a draft in force, or withdraw it."""
    found = _version(request, number)
    require(request.user, "criteria.manage", found.unit)
    try:
        if request.POST.get("do") == "withdraw":
            versions.withdraw_draft(found, actor=request.user)
            messages.success(request, text("register.criteria.withdrawn", number=found.number))
        else:
            n = versions.put_in_force(found, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, text("register.criteria.holds", number=found.number, n=n))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("risks:criteria_version", number)
    return redirect(f"{reverse('risks:criteria')}?unit={found.unit.code}")
