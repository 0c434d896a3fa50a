"""A method of quantification run as a study: from the spec in the ask to the assessment and its figures."""

from collections.abc import Mapping
from typing import Any

from anlan.maths.progress import watched
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.progress import METHOD
from anlan.studies.running import Ask


def run_method(ask: Ask) -> dict[str, Any]:
    """The assessment of the spec (schema `anlan.assessment/1`); it can be cancelled between
    its blocks."""
    ask.progress(METHOD, 0.0)
    with watched(lambda share: ask.progress(METHOD, share)):
        return assess_by_spec(ask.values["spec"])


def figures_of_assessment(result: Mapping[str, Any]) -> dict[str, Any]:
    """The headline and the level, for lists and for pages that set several methods side by side."""
    first = result["quantities"][0]
    limits = first["interval"] or {"low": None, "high": None}
    return {
        "title": result["title"],
        "headline": first["title"],
        "value": first["value"],
        "unit": first["unit_title"],
        "low": limits["low"],
        "high": limits["high"],
        "level": result["level"],
        "warnings": len(result["warnings"]),
    }
