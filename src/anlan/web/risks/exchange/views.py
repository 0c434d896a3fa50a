"""Pages of the register's way out and in again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common import background
from anlan.web.common.texts import error_of, error_text, has_text, language, text
from anlan.web.common.workers import LOST_AFTER_S
from anlan.web.people.permissions import require
from anlan.web.risks import selectors
from anlan.web.risks.exchange import export as out
from anlan.web.risks.exchange import importing
from anlan.web.risks.exchange.answers import workbook_answer
from anlan.web.risks.exchange.faults import fault_text


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered register as a workbook."""
    today = timezone.localdate()
    filters = selectors.filters_of(request.GET)
    content = out.register_workbook(request.user, filters, language=language(), today=today)
    return workbook_answer(content, f"anlan-register-{today:%Y%m%d}.xlsx")


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    return workbook_answer(
        out.template_workbook(request.user, language=language()), "anlan-register-template.xlsx"
    )


class Upload(forms.Form):
    """The workbook."""

    file = forms.FileField(widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["file"].label = text("exchange.file")
        self.fields["file"].help_text = text("exchange.file_help")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """Choose a workbook; it is checked row by row, nothing is written yet."""
    require(request.user, "risks.edit")
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = importing.keep_workbook(form.cleaned_data["file"], actor=request.user)
            return redirect("risks:preview", made.pk)
        except AnlanError as fault:
            form.add_error("file", error_text(fault))
    status = 200 if request.method == "GET" else 422
    earlier = selectors.register_imports_of(request.user).select_related("created_by")[:10]
    return render(request, "risks/exchange/upload.html", {"form": form, "earlier": earlier}, status=status)


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, number: int) -> HttpResponseBase:
    """What each row would do; then, confirmed, the progress and the outcome."""
    made = get_object_or_404(
        selectors.register_imports_of(request.user).select_related("created_by", "unit"), pk=number
    )
    require(request.user, "risks.edit", made.unit)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            importing.start_import(made, leave_out=request.POST.get("leave_out") == "on", actor=request.user)
            return redirect("risks:preview", number)
        except AnlanError as fault:
            refusal, status = error_text(fault), 422
    counts = made.preview["counts"]
    chosen = request.GET.get("show") or next(
        (o for o in ("error", "create", "update", "skip") if counts[o]), "error"
    )
    chosen = chosen if chosen in counts else "error"
    lines = Paginator(made.preview["lines"][chosen], 50).get_page(request.GET.get("page"))
    lost = background.silent_s(made, now=timezone.now()) > LOST_AFTER_S
    page = {
        "made": made, "counts": [(o, counts[o]) for o in importing.OUTCOMES], "chosen": chosen, "page": lines,
        "lines": [_shown(line) for line in lines], "refusal": refusal, "error": error_of(made.error),
        "n_changes": counts["create"] + counts["update"], "n_errors": counts["error"], "lost": lost,
        "n_shown": len(made.preview["lines"][chosen]), "n_chosen": counts[chosen],
        "can_start": made.state in ("checked", "failed", "cancelled"),
        "n_ignored": len(made.preview["ignored"]),
        **{name: text("exchange.comma").join(made.preview[name]) for name in ("ignored", "unknown")},
    }  # fmt: skip
    name = "state" if request.headers.get("HX-Request") else "preview"
    return render(request, f"risks/exchange/{name}.html", page, status=status)


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    """A line with its faults and changes in the words of the person."""
    faults = [fault_text(f["code"], f["parameters"]) for f in line["faults"]]
    changes = [
        (text(f"exchange.columns.{name}"), _value(name, old), _value(name, new))
        for name, old, new in line["changes"]
    ]
    return line | {"faults": faults, "changes": changes}


def _value(name: str, value: Any) -> str:
    groups = {"category": "categories", "phase": "phases", "source": "sources"}
    if isinstance(value, list):
        return "、".join(value) or "—"
    key = f"risks.{groups.get(name, name)}.{value}"
    return text(key) if name in groups and has_text(key) else str(value if value not in (None, "") else "—")


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponseBase:
    """Stop an import that waits or runs; the register stays as it was."""
    made = get_object_or_404(selectors.register_imports_of(request.user), pk=number)
    importing.cancel_import(made, actor=request.user)
    messages.success(request, text("exchange.cancelled"))
    return redirect("risks:preview", number)
