"""The sections of any result, for a page of the application.

A result of one stage has some parts of the whole result; they are shown by the report's own sections. Parts
the report does not know (of a study added later) are shown as terms and tables by `generic`.
"""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.generic import generic_section
from anlan.formats.report.page import FoldingPage, Section
from anlan.formats.report.sections.actions import action_sections
from anlan.formats.report.sections.assessment import ASSESSMENT, assessment_sections
from anlan.formats.report.sections.opening import opening_sections
from anlan.formats.report.sections.process import process_sections
from anlan.formats.report.sections.risks import risk_sections
from anlan.formats.report.sections.sources import source_sections
from anlan.formats.report.words import Language, Words

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "conclusion": ("log", "risks", "portfolio", "key_nodes", "treatments"),
    "matrix": ("risks", "criteria"),
    "loss": ("portfolio",),
    "top": ("risks", "criteria"),
    "advice": ("treatments", "improve"),
    "process": ("process", "log"),
    "key-nodes": ("key_nodes",),
    "pareto": ("risks", "portfolio"),
    "evidence": ("risks", "portfolio", "criteria"),
    "stability": ("evaluate",),
    "treatments": ("treatments",),
    "ideas": ("improve",),
    "indicators": ("monitor",),
    "plans": ("respond",),
    "checklist": ("checklist",),
    "quality": ("quality", "log"),
    "methods": ("criteria", "provenance"),
}
"""Anchor of a section -> the parts of a result it shows. Provenance has its own place on the page."""

_FRAME = {"schema", "study", "notes", "provenance", "criteria", "log", "quality"}
_UNIT = "customer_min"
_EMPTY: Mapping[str, Any] = {
    "process": {
        "name": "", "activities": [], "edges": [], "variants": [], "arrivals_per_day": [], "sla": None,
        "case_duration_s": None,
    },
    "log": {
        "name": "", "n_cases": 0, "n_events": 0, "n_variants": 0, "n_resources": 0, "first": None,
        "last": None, "zone": "UTC", "zone_source": "as_written", "has_start": False, "rejected": {},
    },
    "key_nodes": [], "risks": [], "improve": [], "monitor": [], "respond": [], "evaluate": [], "quality": {},
    "checklist": {"packs": [], "matches": [], "candidates": []},
    "portfolio": {
        "unit": _UNIT, "mean": None, "p05": None, "p50": None, "p90": None, "p95": None, "p99": None,
        "cvar95": None, "expectation": None, "simulation_errors": {}, "intake": None, "curve": [], "years": 0,
        "common_factor": {"relative_sd": 0.0, "weeks": 0}, "share_of_recorded_time": None,
    },
    "treatments": {
        "unit": _UNIT, "cost_unit": "person_days", "budget": None, "chosen": [], "chosen_set": None,
        "frontier": [], "frontier_intervals": [], "candidates": [], "to_examine": [], "proven_optimal": True,
        "gap": 0.0,
    },
    "notes": [],
}  # fmt: skip
"""What a part holds where it was not computed: its section is left out, others may look at it."""


def result_sections(result: Mapping[str, Any], *, language: Language) -> list[Section]:
    """Sections of what the result has, the report's own first."""
    if result.get("schema") == ASSESSMENT:
        return assessment_sections(result, Words(language))
    known = _known_sections(result, language) if "criteria" in result and "provenance" in result else []
    shown = {part for section in known for part in _NEEDS[section.anchor]}
    words = Words.of_result(result, language)
    rest = [name for name in result if name not in shown | _FRAME]
    return [*known, *(generic_section(name, result[name], words) for name in rest)]


def _known_sections(result: Mapping[str, Any], language: Language) -> list[Section]:
    page = FoldingPage({**_EMPTY, **result}, language)
    every = [
        *opening_sections(page),
        *process_sections(page),
        *risk_sections(page),
        *action_sections(page),
        *source_sections(page),
    ]
    return [s for s in every if s.anchor in _NEEDS and all(part in result for part in _NEEDS[s.anchor])]
