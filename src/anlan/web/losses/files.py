"""Files of a loss year, to take away; who takes one stands in the audit."""

import csv

from django.http import HttpResponse

from anlan.web.common.audit import record
from anlan.web.losses import drawings, figures
from anlan.web.losses.models import LossYear
from anlan.web.people.models import User


def curve_of(found: LossYear, *, actor: User) -> HttpResponse:
    """The curve as SVG in the language of the request. Errors: RefusedInput where a result is gone."""
    results = figures.results_of(found)
    rows = figures.rows_of(found, results)
    svg = drawings.curve(found, results, rows, drawings.told_of(found, rows), theme="light")
    return _file(found, str(svg), "image/svg+xml", "curve.svg", actor)


def figures_of(found: LossYear, *, actor: User) -> HttpResponse:
    """Figures by stage and parts of the CVaR as CSV, in the unit in which losses are kept."""
    results = figures.results_of(found)
    answer = _file(found, "\ufeff", "text/csv", "figures.csv", actor)
    out = csv.writer(answer)
    out.writerow(["kind", "name", "stage", "value", "low_95", "high_95", "tolerated", "unit"])
    for row in figures.rows_of(found, results):
        limit = "" if row.tolerated is None else row.tolerated
        for stage, each in row.stages.items():
            out.writerow(["figure", row.name, stage, each.value, each.low, each.high, limit, found.loss_unit])
    for part in figures.parts_of(found, results["current"]):
        ends = (part.part - part.within, part.part + part.within)
        out.writerow(["cvar_part", part.code, "current", part.part, *ends, "", found.loss_unit])
    return answer


def _file(found: LossYear, content: str, kind: str, name: str, actor: User) -> HttpResponse:
    record("losses.year.export", actor=actor, target=found, changes={"file": (None, name)})
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
