"""A model as another method draws it, to read; it can be opened as a model of its own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError
from anlan.formats.report.charts.methods import draw
from anlan.loop.quantify.cause_models import CODES
from anlan.loop.quantify.cause_models.quick import quick_answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.web.causes import selectors, services
from anlan.web.causes.other_views import VIEWS, Asked, first_asked, names_in, seen_as
from anlan.web.common.texts import error_text, language, text, word
from anlan.web.people.permissions import may


@require_http_methods(["GET", "POST"])
def model_as(request: HttpRequest, code: str, seen: str) -> HttpResponseBase:
    """The picture and the first figure of the view; sent, it becomes a model of its own."""
    found = get_object_or_404(selectors.model_of(request.user, code))
    if seen not in VIEWS[found.method]:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    asked = (
        Asked(given.get("cause", ""), given.get("consequence", ""))
        if "cause" in given
        else first_asked(found)
    )
    page: dict[str, Any] = {
        "model": found, "seen": seen, "asked": asked, "views": VIEWS[found.method],
        "causes": names_in(found, "causes"), "consequences": names_in(found, "consequences"),
    }  # fmt: skip
    try:
        inputs = seen_as(found, seen, asked)
        if request.method == "POST":
            title = text("causes.as.title", title=found.title, method=word(f"methods.{seen}.title"))
            made = services.create_model(
                unit=found.unit, method=seen, inputs=inputs, actor=request.user, about=found.about,
                facts=services.Facts(title[:200], text("causes.as.source", code=code)),
            )  # fmt: skip
            messages.success(request, text("causes.copied", code=made.code))
            return redirect("causes:model", made.code)
        shown = _answered(seen, inputs)
    except AnlanError as wrong:
        return render(request, "causes/as.html", page | {"fault": error_text(wrong)}, status=422)
    may_open = seen in CODES and may(request.user, services.EDIT, found.unit)
    return render(request, "causes/as.html", page | shown | {"may_open": may_open})


def _answered(seen: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Picture and first quantity of the other method at its means."""
    of = method(seen)
    answer = quick_answer(of, inputs) if seen in CODES else of.run(read_inputs(of.fields, inputs))
    chart, first = answer.charts[0], answer.headline
    drawn = draw(chart.kind, chart.data, language="en" if language() == "en" else "zh", theme="page")
    is_plain = first.unit in ("", "probability")
    return {
        "picture": mark_safe(drawn or ""), "first": first,
        "first_title": word(f"method_quantities.{first.name}") or first.name,
        "first_unit": "" if is_plain else word(f"method_units.{first.unit}"),
    }  # fmt: skip
