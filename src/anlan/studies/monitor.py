"""The `monitor` part of a result: proposed indicators with limits from the log itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.loop.monitor import ProposedIndicator
from anlan.studies.numbers import finite, optional


def monitor_section(
    indicators: Sequence[ProposedIndicator], risk_of: Mapping[int, str]
) -> list[dict[str, Any]]:
    """`risk_of`: identity of a finding object -> id of its risk."""
    return [_indicator(indicator, risk_of[id(indicator.finding)]) for indicator in indicators]


def _indicator(indicator: ProposedIndicator, risk: str) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "title": in_both_languages(indicator.title_key, **indicator.parameters),
        "definition": in_both_languages(indicator.definition_key, **indicator.parameters),
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
        "notes": [
            in_both_languages(f"monitor.note.{note}", **indicator.parameters) for note in indicator.notes
        ],
    }
