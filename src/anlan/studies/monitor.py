"""The `monitor` part of a result: proposed indicators with limits from the log itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.finding import Finding
from anlan.formats.messages import LANGUAGES, messages
from anlan.loop.monitor import ProposedIndicator
from anlan.studies.numbers import finite, optional
from anlan.studies.quantify import group_of, titles


def monitor_section(
    indicators: Sequence[ProposedIndicator], risk_of: Mapping[int, str]
) -> list[dict[str, Any]]:
    """`risk_of`: identity of a finding object -> id of its risk."""
    return [_indicator(indicator, risk_of[id(indicator.finding)]) for indicator in indicators]


def monitor_notes(unvarying: Sequence[Finding]) -> list[dict[str, Any]]:
    """Which findings got no indicator because their values never differ."""
    if not unvarying:
        return []
    named = titles(unvarying)
    text = {
        language: messages(language).text(
            "notes.unvarying_indicators", n=len(named), names=[title[language] for title in named]
        )
        for language in LANGUAGES
    }
    return [{"code": "unvarying_indicators", "where": "monitor", "text": text}]


def _indicator(indicator: ProposedIndicator, risk: str) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "title": _said(indicator.title_key, indicator),
        "definition": _said(indicator.definition_key, indicator),
        "nodes": list(indicator.nodes),
        "risk": risk,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "grain": indicator.grain,
        "chart": indicator.chart,
        "baseline": optional(indicator.baseline),
        "lower_limit": optional(indicator.lower_limit),
        "upper_limit": optional(indicator.upper_limit),
        "fire": optional(indicator.fire),
        "clear": optional(indicator.clear),
        "points": indicator.points,
        "series": [
            [day, None if value is None else finite(value), int(size)]
            for day, value, size in indicator.series
        ],
        "left_out": list(indicator.left_out),
        "beyond": list(indicator.beyond),
        "notes": [_said(f"monitor.note.{note}", indicator) for note in indicator.notes],
    }


def _said(key: str, indicator: ProposedIndicator) -> dict[str, str]:
    """A text in both languages; a group of cases is named in words of the language."""
    said = {}
    for language in LANGUAGES:
        subject = group_of(indicator.finding, language) or indicator.parameters["subject"]
        said[language] = messages(language).text(key, **{**indicator.parameters, "subject": subject})
    return said
