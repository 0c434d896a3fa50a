"""Pages of versions: the list, a draft under the pen, what changed, BPMN in, the way into force."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.design import Design, Step, changes_between, doubts_of
from anlan.domain.design import edits as design_edits
from anlan.domain.errors import AnlanError, UsageError
from anlan.formats.bpmn import ReadBpmn, bpmn_bytes, read_bpmn
from anlan.web.catalog import bpmn_files, drafting, selectors, services, version_forms
from anlan.web.catalog.drawings import design_drawing, kind_code
from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.catalog.shapes_versions import note_text
from anlan.web.catalog.version_page import VersionPage, change_texts, doubt_text, edit_text
from anlan.web.common.texts import error_text, in_language, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require

_LONGEST_KEY = 200
Edit = Callable[[Design], Design]


@require_http_methods(["GET", "POST"])
def versions(request: HttpRequest, code: str) -> HttpResponseBase:
    """All versions of a process; posting begins a draft from the one in force."""
    process = _process(request, code)
    if request.method == "POST":
        made = drafting.draft_from_force(process, actor=request.user)
        messages.success(request, text("drafts.begun", number=made.number))
        return redirect("catalog:version", code, made.number)
    found = process.versions.select_related("created_by", "submitted_by", "approved_by")
    return render(request, "catalog/versions.html", {
        "process": process, "versions": found,
        "may_edit": may(request.user, "catalog.edit", process.unit),
    })  # fmt: skip


@require_GET
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version; a draft with its forms."""
    page = _page(request, _version(request, code, number))
    node = request.GET.get("node", "").replace("\x00", "")[:_LONGEST_KEY]
    known = node if any(step.key == node for step in page.design.steps) else ""
    return _shown(request, replace(page, node=known))


@require_POST
def edit_version(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """One change of a draft: `do` says which, `key`, `source` and `target` of what, `seen` of which state."""
    draft = _version(request, code, number)
    require(request.user, "catalog.edit", draft.process.unit)
    page = _page(request, draft)
    do, key = request.POST.get("do", ""), request.POST.get("key", "")[:_LONGEST_KEY]
    form = _form(request, page.design, do, key)
    if form is not None and not form.is_valid():
        chosen = key if do == "change" else ""
        wrong = [f"{form.fields[name].label}: {said[0]}" for name, said in form.errors.items()]
        error = (
            "; ".join(wrong) if do == "flow" else ""
        )  # its fields stand in a table, without room for words
        return _shown(request, replace(page, node=chosen, forms={do: form}, error=error), status=422)
    seen = whole_number(request.POST.get("seen", ""), most=2**31 - 1) or 0
    try:
        changed, said = _done(request, draft, page.design, do, key, form, seen)
    except AnlanError as fault:
        return _refused(request, draft, fault, form=form, do=do, key=key)
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return redirect("catalog:version", code, number)
    return _shown(request, replace(_page(request, changed), said=said, node=key if do == "change" else ""))


def _form(request: HttpRequest, design: Design, do: str, key: str) -> Any:
    """The form of a deed that has one."""
    if do == "add":
        return version_forms.NewNode(request.user, design, request.POST, prefix="new")
    if do == "change":
        begun = next((version_forms.shown_step(step) for step in design.steps if step.key == key), {})
        return version_forms.NodeFields(request.user, request.POST, prefix="node", initial=begun)
    if do in ("connect", "flow"):
        return version_forms.FlowFields(design, request.POST, prefix="flow" if do == "connect" else None)
    return None


def _done(
    request: HttpRequest, draft: ProcessVersion, design: Design, do: str, key: str, form: Any, seen: int
) -> tuple[ProcessVersion, str]:
    """The draft after the deed, and what to say of it."""
    if do == "undo":
        last = drafting.to_take_back(draft)
        said = text("drafts.taken_back", what=edit_text(last)) if last else ""
        return drafting.undo(draft, seen=seen, actor=request.user), said
    edit, label = _edit(request, design, do, key, form)
    changed = drafting.change(draft, edit, seen=seen, action=do, actor=request.user, label=label)
    if changed.edit_version == seen:
        return changed, text("drafts.unchanged")
    return changed, text(f"drafts.actions.{do}", label=label)


def _edit(request: HttpRequest, design: Design, do: str, key: str, form: Any) -> tuple[Edit, str]:
    """What a deed does to a design, and of what it speaks."""
    if do == "add":
        step = Step(key="", **form.facts())
        after = form.cleaned_data["after"]
        return lambda d: design_edits.add_step(d, step, after=after), step.name
    if do in ("connect", "flow"):
        link = form.link()
        label = f"{_name(design, link.source)} → {_name(design, link.target)}"
        if do == "connect":
            return lambda d: design_edits.connect(d, link), label
        return lambda d: design_edits.change_link(
            d, link.source, link.target, probability=link.probability, condition=link.condition
        ), label  # fmt: skip
    if do == "disconnect":
        source, target = (request.POST.get(end, "")[:_LONGEST_KEY] for end in ("source", "target"))
        label = f"{_name(design, source)} → {_name(design, target)}"
        return lambda d: design_edits.disconnect(d, source, target), label
    deeds: dict[str, Edit] = {
        "remove": lambda d: design_edits.remove_step(d, key),
        "up": lambda d: design_edits.move_step(d, key, by=-1),
        "down": lambda d: design_edits.move_step(d, key, by=1),
        "change": lambda d: design_edits.change_step(d, key, **form.facts()),
    }
    if do not in deeds:
        raise UsageError("web.draft_deed", found=do[:40])
    return deeds[do], _name(design, key)


def _name(design: Design, key: str) -> str:
    return in_language(design.step(key))


def _refused(
    request: HttpRequest, draft: ProcessVersion, fault: AnlanError, *, form: Any, do: str, key: str
) -> HttpResponse:
    """The draft as it is now, with what was not done; what was typed stays in its form."""
    conflict = fault.code in ("web.conflict", "web.version_state")
    fresh = _page(request, _version(request, draft.process.code, draft.number))
    last = fresh.version.edits.select_related("by").first()
    error = error_text(fault)
    if fault.code == "web.conflict" and last is not None:
        error = text("drafts.conflict", name=last.by.name, what=edit_text(last))
    kept = {do: form} if form is not None else {}
    shown = replace(fresh, error=error, forms=kept, node=key if do == "change" else "")
    return _shown(request, shown, status=409 if conflict else 422)


@require_POST
def submit_version(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Ask for a second person."""
    return _decided(request, code, number, "submit", "catalog.edit", drafting.submit)


@require_POST
def approve_version(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Put a submitted version in force."""
    return _decided(request, code, number, "approve", "catalog.approve", drafting.approve)


@require_POST
def return_version(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Send a submitted version back."""
    found = _version(request, code, number)
    own = found.submitted_by_id == request.user.pk
    permission = "catalog.edit" if own else "catalog.approve"
    return _decided(request, code, number, "return", permission, drafting.send_back)


def _decided(
    request: HttpRequest, code: str, number: int, do: str, permission: str, deed: Callable[..., Any]
) -> HttpResponseBase:
    found = _version(request, code, number)
    require(request.user, permission, found.process.unit)
    form = version_forms.Decision(request.POST, prefix=do)
    if not form.is_valid():
        return _shown(request, replace(_page(request, found), forms={do: form}), status=422)
    given = form.cleaned_data
    try:
        deed(found, seen=given["seen"], actor=request.user, reason=given["reason"])
    except AnlanError as fault:
        return _refused(request, found, fault, form=None, do=do, key="")
    messages.success(request, text(f"drafts.decided.{do}", number=number))
    return redirect("catalog:version", code, number)


@require_GET
def version_changes(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What changed from another version to this one, in sentences and as two pictures."""
    found = _version(request, code, number)
    others = list(found.process.versions.exclude(pk=found.pk))
    asked = whole_number(request.GET.get("against", ""), most=2**31 - 1)
    other = next((o for o in others if o.number == asked), None) or _usual(found, others)
    old, new = drafting.design_of(other), drafting.design_of(found)
    changes = changes_between(old, new) if other else []
    groups = [(group, change_texts(c for c in changes if c.code in codes)) for group, codes in _GROUPS]
    changed = {change.key for change in changes}
    return render(request, "catalog/version_changes.html", {
        "process": found.process, "version": found, "others": others, "other": other,
        "groups": [(group, told) for group, told in groups if told], "n": len(changes),
        "old": design_drawing(old, doubted=changed) if old.steps else "",
        "new": design_drawing(new, doubted=changed) if new.steps else "",
    })  # fmt: skip


_GROUPS = (
    ("added", ("added",)), ("removed", ("removed",)), ("renamed", ("renamed",)), ("moved", ("moved",)),
    ("changed", ("changed",)), ("links", ("link_added", "link_removed", "link_changed")),
)  # fmt: skip


def _usual(found: ProcessVersion, others: list[ProcessVersion]) -> ProcessVersion | None:
    """For a draft the version in force, for all others the one before."""
    in_force = next((o for o in others if o.status == ProcessVersion.Status.IN_FORCE), None)
    before = next((o for o in others if o.number < found.number), None)
    return (in_force if found.status in ("draft", "submitted") else None) or before or in_force


@require_GET
def version_bpmn(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version as a file."""
    return bpmn_files.exported(_version(request, code, number), actor=request.user)


@require_http_methods(["GET", "POST"])
def import_bpmn(request: HttpRequest, code: str) -> HttpResponseBase:
    """A BPMN file as a new draft of a process: looked at first, kept when confirmed."""
    process = _process(request, code)
    require(request.user, "catalog.edit", process.unit)
    page: dict[str, Any] = {"process": process, "form": version_forms.BpmnUpload()}
    if request.method == "GET":
        return render(request, "catalog/bpmn.html", page)
    try:
        if "content" in request.POST:
            made = drafting.draft_from_bpmn(
                process, _confirmed(request), actor=request.user, file=_file(request)
            )
            messages.success(request, text("drafts.bpmn.done", number=made.number))
            return redirect("catalog:version", code, made.number)
        return _preview(request, page)
    except AnlanError as fault:
        return render(request, "catalog/bpmn.html", page | {"error": error_text(fault)}, status=422)


@require_http_methods(["GET", "POST"])
def new_from_bpmn(request: HttpRequest) -> HttpResponseBase:
    """A new process whose first draft is a BPMN file."""
    require(request.user, "catalog.edit")
    page: dict[str, Any] = {"form": version_forms.BpmnUpload()}
    if request.method == "GET":
        return render(request, "catalog/bpmn.html", page)
    try:
        if "content" not in request.POST:
            return _preview(request, page)
        found = _confirmed(request)
    except AnlanError as fault:
        return render(request, "catalog/bpmn.html", page | {"error": error_text(fault)}, status=422)
    place = version_forms.NewFromBpmn(request.user, request.POST)
    if not place.is_valid():
        return _looked_at(request, page | {"place": place}, found, _file(request), status=422)
    made = _new_process(request, place.cleaned_data, found)
    messages.success(request, text("drafts.bpmn.done", number=made.number))
    return redirect("catalog:version", made.process.code, made.number)


def _new_process(request: HttpRequest, given: dict[str, Any], found: ReadBpmn) -> ProcessVersion:
    process = services.create_process(
        unit=given["unit"], name=given["name"], name_en=given["name_en"], actor=request.user
    )
    return drafting.draft_from_bpmn(process, found, actor=request.user, file=_file(request))


def _preview(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    form = version_forms.BpmnUpload(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "catalog/bpmn.html", page | {"form": form}, status=422)
    found, name = bpmn_files.read_upload(form.cleaned_data["file"])
    if "process" not in page:
        page = page | {"place": version_forms.NewFromBpmn(request.user, initial={"name": found.name})}
    return _looked_at(request, page, found, name)


def _looked_at(
    request: HttpRequest, page: dict[str, Any], found: ReadBpmn, name: str, *, status: int = 200
) -> HttpResponse:
    """What was understood. The page carries it as a file of our own, so that what is confirmed is what was
    shown."""
    names = {step.key: in_language(step) for step in found.design.steps}
    kept = base64.b64encode(bpmn_bytes(found.design, name=found.name)).decode()
    return render(request, "catalog/bpmn.html", page | {
        "found": found, "file": name, "content": kept, "picture": design_drawing(found.design),
        "rows": [(step, text(f"drafts.kinds.{kind_code(step)}")) for step in found.design.steps],
        "notes": [note_text(note) for note in found.notes],
        "doubts": [doubt_text(doubt, names) for doubt in doubts_of(found.design)],
    }, status=status)  # fmt: skip


def _confirmed(request: HttpRequest) -> ReadBpmn:
    try:
        content = base64.b64decode(request.POST["content"], validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return read_bpmn(content, name=_file(request) or "bpmn")


def _file(request: HttpRequest) -> str:
    return request.POST.get("file", "").replace("\x00", "")[:120]


def _process(request: HttpRequest, code: str) -> Process:
    return get_object_or_404(selectors.process_of(request.user, code))


def _version(request: HttpRequest, code: str, number: int) -> ProcessVersion:
    people = ("created_by", "submitted_by", "approved_by")
    found = _process(request, code).versions.select_related("process__unit", *people)
    return get_object_or_404(found, number=number)


def _page(request: HttpRequest, found: ProcessVersion) -> VersionPage:
    process = found.process
    return VersionPage(process, found, request.user, drafting.design_of(found), drafting.in_force(process))


def _shown(request: HttpRequest, page: VersionPage, *, status: int = 200) -> HttpResponse:
    """The whole page, or for htmx the part that changes."""
    forms = dict(page.forms)
    if page.editable:
        forms.setdefault("add", version_forms.NewNode(request.user, page.design, prefix="new"))
        forms.setdefault("connect", version_forms.FlowFields(page.design, prefix="flow"))
        if page.node:
            begun = version_forms.shown_step(page.design.step(page.node))
            forms.setdefault("change", version_forms.NodeFields(request.user, initial=begun, prefix="node"))
    for do in ("submit", "approve", "return"):
        forms.setdefault(do, version_forms.Decision(initial={"seen": page.version.edit_version}, prefix=do))
    part = bool(request.headers.get("HX-Request"))
    template = "catalog/version_view.html" if part else "catalog/version.html"
    context = {"page": page, "forms": forms, "process": page.process, "version": page.version}
    return render(request, template, context, status=status)
