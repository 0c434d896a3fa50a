"""The `evaluate` part of a result: how stable each finding is between the halves of the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.loop.evaluate import FindingStability
from anlan.studies.numbers import interval, on_local_clock, optional


def evaluate_section(
    stability: Sequence[FindingStability], risk_of: Mapping[int, str], *, zone: str
) -> list[dict[str, Any]]:
    """`risk_of`: identity of a finding object -> id of its risk; `zone`: whose clock the texts show."""
    return [
        {
            "risk": risk_of[id(item.finding)],
            "verdict": item.verdict,
            "first": interval(item.first),
            "second": interval(item.second),
            "p": optional(item.p),
            "text": in_both_languages(item.statement.code, **on_local_clock(item.statement.parameters, zone)),
        }
        for item in stability
    ]
