"""The `evaluate` part of a result: how stable each finding is between the halves of the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.loop.evaluate import FindingStability
from anlan.studies.numbers import Clock, interval, optional


def evaluate_section(
    stability: Sequence[FindingStability],
    risk_of: Mapping[int, str],
    *,
    place_of: Mapping[str, int],
    clock: Clock,
) -> list[dict[str, Any]]:
    """In the order of the risks. `place_of`: id of a risk -> its place;
    `risk_of`: identity of a finding object -> id of its risk; `clock`: what the texts tell times by."""
    return [
        {
            "risk": risk_of[id(item.finding)],
            "verdict": item.verdict,
            "first": interval(item.first),
            "second": interval(item.second),
            "p": optional(item.p),
            "text": in_both_languages(item.statement.code, **clock.said(item.statement.parameters)),
        }
        for item in sorted(stability, key=lambda item: place_of[risk_of[id(item.finding)]])
    ]
