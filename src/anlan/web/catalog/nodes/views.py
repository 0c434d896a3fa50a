"""The page of a node and what can be done on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError
from anlan.web.catalog import selectors
from anlan.web.catalog.attachments.holders import node_holder
from anlan.web.catalog.attachments.shown import files_of
from anlan.web.catalog.nodes import forms, services
from anlan.web.catalog.nodes.page import NodePage, node_page
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import require


@require_http_methods(["GET", "POST"])
def node(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Facts, standards, risks, figures, the way of working. `do`: facts (at once) or sop (into the draft)."""
    process = get_object_or_404(selectors.process_of(request.user, code))
    page = node_page(request.user, process, key, today=timezone.localdate())
    if request.method == "GET":
        return _shown(request, page)
    require(request.user, "catalog.edit", process.unit)
    do = request.POST.get("do", "")
    form: Any = (
        forms.Sop(request.POST) if do == "sop" else forms.NodeFacts(request.user, page.node, request.POST)
    )
    status = 422
    if form.is_valid():
        try:
            return _done(request, page, do, dict(form.cleaned_data))
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
            status = 409 if fault.code == "web.conflict" else 422
    return _shown(request, page, status=status, **{"sop" if do == "sop" else "facts": form})


def _done(request: HttpRequest, page: NodePage, do: str, given: dict[str, Any]) -> HttpResponseBase:
    code, key, seen = page.process.code, page.node.key, given.pop("seen") or 0
    if do == "sop":
        draft = services.write_sop(
            page.process, key, given["sop"].replace("\r\n", "\n"), draft=given["draft"], seen=seen,
            actor=request.user,
        )  # fmt: skip
        messages.success(request, text("nodes.sop_drafted", number=draft.number))
    else:
        services.change_node(page.node, seen=seen, actor=request.user, **given)
        messages.success(request, text("common.saved"))
    return redirect("catalog:node", code, key)


def _shown(request: HttpRequest, page: NodePage, *, status: int = 200, **given: Any) -> HttpResponse:
    draft = page.draft
    begun = {"sop": page.sop_begun, "draft": draft and draft.number, "seen": draft and draft.edit_version}
    return render(request, "catalog/node.html", {
        "process": page.process, "page": page, "node": page.node,
        "facts": given.get("facts") or forms.NodeFacts(request.user, page.node),
        "files": files_of(request.user, node_holder(page.process, page.node.key)),
        "sop": given.get("sop") or forms.Sop(initial=begun),
    }, status=status)  # fmt: skip
