"""The page that lists the reports, and each report as page, PDF or workbook."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.utils import flatatt
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from anlan.domain.errors import AnlanError
from anlan.web.catalog.selectors import names_of_processes
from anlan.web.common.texts import error_text, in_language, language, text
from anlan.web.people.models import User
from anlan.web.people.permissions import may, require, units_of
from anlan.web.risks.reports.catalogue import ASKS, FORMS, KINDS, make_report, records_of, write_report
from anlan.web.risks.reports.method import method_runs_of

_MONTHS = 25
_PLAIN = re.compile(r"[^\w.-]+")
_LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Offered:
    """What a person can choose from, read once for all reports of the page."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def processes(self) -> list[tuple[str, str]]:
        return [(code, f"{code} {name}") for code, name in names_of_processes(self.user)]

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        return [(unit.code, in_language(unit)) for unit in units_of(self.user, "reports.export")]

    @cached_property
    def records(self) -> list[tuple[str, str]]:
        return [(code, f"{code} {title}") for code, title, _ in records_of(self.user)]

    @cached_property
    def method_runs(self) -> list[tuple[str, str]]:
        return [(code, f"{code} {title}") for code, title, _ in method_runs_of(self.user)]


class PlainSelect(forms.Select):
    """A list of choices written at once: by Django's template of an option each, long lists take most of the
    time of a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        rows = (
            (code, mark_safe(" selected") if str(code) in chosen else "", words)
            for code, words in self.choices
        )
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        given = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", given, options)


class Choice(forms.Form):
    """What a report is about and in which language."""

    def __init__(self, offered: Offered, about: str, kind: str) -> None:
        super().__init__(auto_id=f"{kind}-%s")
        for name in ASKS[about]:
            self.fields[name] = _ASKED[name](offered)
        self.fields["lang"] = forms.ChoiceField(
            choices=[("zh", "中文"), ("en", "English")], initial=language(), label=text("reports.language")
        )


def _process(offered: Offered) -> forms.Field:
    return forms.ChoiceField(
        choices=offered.processes, label=text("risks.fields.process"), widget=PlainSelect
    )


def _risk(offered: Offered) -> forms.Field:
    return forms.CharField(
        label=text("reports.risk_code"),
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "R-0001"}),
    )


def _number(offered: Offered) -> forms.Field:
    widget = forms.TextInput(attrs={"placeholder": text("reports.newest"), "inputmode": "numeric"})
    return forms.CharField(label=text("reports.number_of"), max_length=6, required=False, widget=widget)


def _unit(offered: Offered) -> forms.Field:
    own = offered.user.unit
    return forms.ChoiceField(
        choices=offered.units, label=text("risks.fields.unit"), initial=own.code if own else None,
        widget=PlainSelect,
    )  # fmt: skip


def _month(offered: Offered) -> forms.Field:
    """The present month and those of the two years before it."""
    today, months = timezone.localdate(), []
    for back in range(_MONTHS):
        place = today.year * 12 + today.month - 1 - back
        months.append(f"{place // 12}-{place % 12 + 1:02d}")
    return forms.ChoiceField(
        choices=[(month, month) for month in months], label=text("reports.month_of"), widget=PlainSelect
    )


def _record(offered: Offered) -> forms.Field:
    return forms.ChoiceField(choices=offered.records, label=text("reports.record_of"), widget=PlainSelect)


def _run(offered: Offered) -> forms.Field:
    return forms.ChoiceField(choices=offered.method_runs, label=text("reports.run_of"), widget=PlainSelect)


_ASKED: Mapping[str, Callable[[Offered], forms.Field]] = {
    "process": _process, "risk": _risk, "number": _number, "unit": _unit, "month": _month, "record": _record,
    "run": _run,
}  # fmt: skip


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The reports a person may make, each with what it asks for."""
    require(request.user, "risks.view")
    offered = Offered(request.user)
    kinds = [
        (kind, Choice(offered, kind.about, kind.code)) for kind in KINDS if may(request.user, kind.permission)
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
    about = (_PLAIN.sub("", request.GET.get(name, "")) for name in ASKS[chosen.about])
    name = "-".join(part for part in ("anlan", kind, *about, f"{today:%Y%m%d}") if part)
    if form != "html":
        answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
