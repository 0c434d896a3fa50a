"""One walk through the loop: a log in, the whole result out (schema `anlan.assess/1`)."""

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from anlan import __version__
from anlan.formats.messages import in_both_languages
from anlan.loop.identify.context import MOST_GROUP_COLUMNS
from anlan.loop.identify.normal import FIXED
from anlan.loop.quantify import register_notes
from anlan.maths.rates import wilson
from anlan.studies.checklist import checklist_section
from anlan.studies.evaluate import evaluate_section
from anlan.studies.formulas import formulas
from anlan.studies.identify import identify_section
from anlan.studies.improve import improve_section
from anlan.studies.key_nodes import key_nodes_notes, key_nodes_section
from anlan.studies.monitor import monitor_notes, monitor_section
from anlan.studies.numbers import finite, interval, iso, note
from anlan.studies.plausible import plausibility_warnings
from anlan.studies.process import process_section
from anlan.studies.quantify import criteria_section, portfolio_section, risks_section
from anlan.studies.respond import respond_section
from anlan.studies.treat import treatments_section
from anlan.studies.workspace import Workspace

SCHEMA = "anlan.assess/1"
PARTIAL_SCHEMA = "anlan.study/1"
_YEAR_US = 365 * 86_400_000_000


def assess(workspace: Workspace) -> dict[str, Any]:
    """All eight stages in order as one JSON value; the same workspace gives the same bytes."""
    w = workspace
    return {
        "schema": SCHEMA,
        **{name: SECTIONS[name](w) for name in _ASSESS},
        "notes": notes_section(w),
        "provenance": provenance_section(w),
    }


def partial(workspace: Workspace, *, study: str, sections: Sequence[str]) -> dict[str, Any]:
    """Some parts of the result alone, each as `assess` gives it (schema `anlan.study/1`)."""
    w = workspace
    return {
        "schema": PARTIAL_SCHEMA,
        "study": study,
        **{name: SECTIONS[name](w) for name in ("log", *sections, "criteria", "quality")},
        "notes": notes_section(w, of=sections),
        "provenance": provenance_section(w),
    }


def log_section(w: Workspace) -> dict[str, Any]:
    """What was read, from where, on which clock."""
    summary, facts = w.summary, w.facts
    return {
        "name": facts.name,
        "id": facts.id,
        "n_cases": summary.n_cases,
        "n_events": summary.n_events,
        "n_activities": len(summary.activities.names),
        "n_variants": len(summary.variants.count),
        "n_resources": len(summary.resources.names),
        "first": iso(summary.first_us, w.log.zone),
        "last": iso(summary.last_us, w.log.zone),
        "zone": w.log.zone,
        "zone_source": w.log.zone_source,
        "clock": summary.calendar or "elapsed",
        "format": facts.format,
        "has_start": w.log.has_start,
        "closing": closing_section(w),
        "mapping": {
            role: {"column": column, "confidence": finite(confidence)}
            for role, (column, confidence) in facts.mapping.items()
        },
        "rejected": dict(facts.rejected),
    }


def closing_section(w: Workspace) -> dict[str, Any]:
    """Which activities end a case, who said so, and how many cases are open by that."""
    named = w.request.closing
    learned = [name for name, ends in zip(w.log.activity_names, w.context.closing, strict=True) if ends]
    return {
        "activities": sorted(learned) if named is None else sorted(named),
        "source": "learned" if named is None else "named",
        "open_cases": w.log.n_cases - int(w.context.finished.sum()),
    }


def normal_by_activity(w: Workspace) -> dict[str, tuple[float, str]]:
    """By activity: the normal of its step in seconds, and how it was come by."""
    normal = w.context.normal
    triples = zip(w.log.activity_names, normal.us, normal.source, strict=True)
    return {name: (float(us) / 1e6, source) for name, us, source in triples}


def sla_section(w: Workspace) -> dict[str, Any] | None:
    """How the promise was kept; None without a promise."""
    if w.request.limit is None or w.sla is None:
        return None
    cases, breached = int(w.sla.checked.sum()), int(w.sla.breached.sum())
    still_open = int((w.sla.breached & ~w.context.finished).sum())
    if not cases:
        cases, breached = int(w.sla.event_checked.sum()), int(w.sla.event_breached.sum())
    rate = wilson(breached, cases) if cases else None
    return {
        "definition": w.request.limit.text,
        "cases": cases,
        "breached": breached,
        "breached_open": still_open,
        "breach_rate": interval(rate),
    }


def warnings_on_log(w: Workspace) -> list[dict[str, Any]]:
    """What to read before any figure of this log."""
    return plausibility_warnings(
        events_per_case=np.diff(w.log.case_offsets)[w.context.present],
        case_column=w.facts.mapping.get("case", ("case", 1.0))[0],
        rejected=w.facts.rejected,
        rows_read=w.facts.rows_read,
    )


def notes_section(w: Workspace, of: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Why something is null, limited or assumed; each points at its place in the result.

    of: the sections that were computed; notes on others are left out. None: all.
    """

    def computed(name: str) -> bool:
        return of is None or name in of

    notes = warnings_on_log(w)
    notes += [_reading_note(code, parameters) for code, parameters in w.facts.notes]
    if computed("process"):
        notes.extend(_process_notes(w))
    if w.log.n_events and w.context.more_group_columns:
        notes.append(note("group_columns", "risks", n=MOST_GROUP_COLUMNS))
    if w.summary.n_events == 0:
        notes.append(note("empty_log", "log"))
    if _is_far(w):
        as_of, last = (iso(moment, w.log.zone) for moment in (w.request.as_of_us, w.summary.last_us))
        notes.append(note("as_of_far", "provenance.as_of", as_of=as_of, last=last))
    if computed("risks") and not w.risks:
        notes.append(note("no_findings", "risks"))
    if computed("treatments") and w.plan.budget is None:
        notes.append(note("no_budget", "treatments.budget"))
    if computed("portfolio"):
        if w.costs is None:
            notes.append(note("no_costs", "portfolio.unit"))
        notes.extend(_normal_notes(w))
        notes.extend(note(code, "portfolio") for code in w.portfolio.notes)
    if computed("risks"):
        notes.extend(note(code, "risks") for code in register_notes(w.risks))
    if computed("treatments"):
        notes.extend(note(code, "treatments") for code in w.plan.notes)
    if computed("monitor"):
        notes.extend(monitor_notes(w.indicators.unvarying))
    if computed("key_nodes"):
        notes.extend(key_nodes_notes(w.key_nodes))
    return notes


def _process_notes(w: Workspace) -> list[dict[str, Any]]:
    notes = []
    if not w.log.has_start:
        notes.append(note("no_start_times", "process.activities"))
    if w.request.limit is None:
        notes.append(note("no_sla", "process.sla"))
    return notes


def _is_far(w: Workspace) -> bool:
    """Whether the point of view is later than the last event by more than a year and the whole log's span."""
    as_of, first, last = w.request.as_of_us, w.summary.first_us, w.summary.last_us
    if as_of is None or first is None or last is None:
        return False
    return as_of - last > max(last - first, _YEAR_US)


def _normal_notes(w: Workspace) -> list[dict[str, Any]]:
    """What counts as lost time rests on these."""
    fixed = [(name, s) for name, (s, source) in normal_by_activity(w).items() if source == FIXED]
    notes = [
        note("fixed_waiting_period", "process.activities", **w.clock.said({"node": name, "normal_s": s}))
        for name, s in fixed
    ]
    return [note("loss_is_excess", "process.activities"), *notes] if w.log.n_events else []


def _reading_note(code: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    key = f"reading.notes.{code}"
    return {"code": key, "where": "log", "text": in_both_languages(key, **parameters)}


def provenance_section(w: Workspace) -> dict[str, Any]:
    """What it takes to recompute the result to the same bytes."""
    as_of = w.request.as_of_us if w.request.as_of_us is not None else w.summary.last_us
    python = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    return {
        "version": __version__,
        "platform": f"{platform.machine()} {platform.system()} {python}",
        "seed": w.request.seed,
        "as_of": iso(as_of, w.log.zone),
        "input_sha256": w.facts.sha256,
        "parameters": dict(w.request.parameters),
        "formulas": formulas(),
    }


SECTIONS: Mapping[str, Callable[[Workspace], Any]] = {
    "log": log_section,
    "process": lambda w: process_section(
        w.summary, name=w.request.process, sla=sla_section(w), normal=normal_by_activity(w)
    ),
    "findings": identify_section,
    "key_nodes": lambda w: key_nodes_section(w.key_nodes, clock=w.clock),
    "risks": lambda w: risks_section(w.risks, clock=w.clock),
    "checklist": lambda w: checklist_section(w.pack_choices, w.matches, w.checklist, w.library),
    "portfolio": lambda w: portfolio_section(
        w.portfolio, zone=w.log.zone, share_of_recorded_time=w.share_of_recorded_time
    ),
    "treatments": lambda w: treatments_section(w.plan),
    "improve": lambda w: improve_section(w.ideas, w.risk_of, clock=w.clock),
    "monitor": lambda w: monitor_section(w.indicators.indicators, w.risk_of),
    "respond": lambda w: respond_section(w.emergency_plans),
    "evaluate": lambda w: evaluate_section(w.stability, w.risk_of, place_of=w.place_of, clock=w.clock),
    "criteria": lambda w: criteria_section(w.criteria),
    "quality": lambda w: dict(w.facts.quality),
}
"""Parts of a result by name, in the order they are computed and written."""

_ASSESS = tuple(name for name in SECTIONS if name != "findings")
