"""The page that lists the reports, and each report as page, PDF or workbook."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from anlan.domain.errors import AnlanError
from anlan.web.catalog.selectors import processes_of
from anlan.web.common.texts import error_text, in_language, language, text
from anlan.web.people.permissions import may, require
from anlan.web.risks.reports.catalogue import FORMS, KINDS, make_report, write_report

_LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Choice(forms.Form):
    """What a report is about and in which language."""

    def __init__(self, user: Any, about: str, kind: str) -> None:
        super().__init__(auto_id=f"{kind}-%s")
        if about == "process":
            choices = [(p.code, f"{p.code} {in_language(p)}") for p in processes_of(user)]
            self.fields["process"] = forms.ChoiceField(choices=choices, label=text("risks.fields.process"))
        elif about == "risk":
            self.fields["risk"] = forms.CharField(
                label=text("reports.risk_code"),
                max_length=20,
                widget=forms.TextInput(attrs={"placeholder": "R-0001"}),
            )
        self.fields["lang"] = forms.ChoiceField(
            choices=[("zh", "中文"), ("en", "English")], initial=language(), label=text("reports.language")
        )


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The reports a person may make, each with what it asks for."""
    require(request.user, "risks.view")
    kinds = [
        (kind, Choice(request.user, kind.about, kind.code))
        for kind in KINDS
        if may(request.user, kind.permission)
    ]
    return render(request, "project/reports.html", {"kinds": kinds, "forms": tuple(FORMS)})


@require_GET
def report(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """One report in one form; `lang` chooses its language, else it is the person's."""
    chosen = next((known for known in KINDS if known.code == kind), None)
    if chosen is None or form not in FORMS:
        raise Http404
    today = timezone.localdate()
    tongue = _LANGUAGES.get(request.GET.get("lang", ""), translation.get_language() or "zh-hans")
    try:
        with translation.override(tongue):
            made = make_report(request.user, chosen, request.GET, today=today)
            content = write_report(request.user, chosen, made, form)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("project:reports")
    answer = HttpResponse(content, content_type=FORMS[form])
    about = request.GET.get("process") or request.GET.get("risk") or ""
    name = "-".join(part for part in ("anlan", kind, about, f"{today:%Y%m%d}") if part)
    if form != "html":
        answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
