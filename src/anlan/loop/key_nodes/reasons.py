"""Why a node ranks where it does: its strongest criteria as codes with parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anlan.domain.finding import Finding

MOST_REASONS = 3
WORTH_SAYING = 0.3
"""A criterion is named when the node has at least this mark in it (its strongest is always named)."""


@dataclass(frozen=True)
class Statement:
    """Key of a text in the message catalogues with what fills it."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)


def reasons_for(
    node: str,
    *,
    marks: Mapping[str, float | None],
    weights: Mapping[str, float],
    values: Mapping[str, float | None],
    facts: Mapping[str, object],
    findings: Sequence[Finding],
) -> tuple[Statement, ...]:
    """Up to three criteria by weighted mark, then the findings that name the node."""
    strength = {code: weights[code] * mark for code, mark in marks.items() if mark}
    ordered = sorted(strength, key=lambda code: (-strength[code], code))
    worth = [code for code in ordered if (marks[code] or 0.0) >= WORTH_SAYING][:MOST_REASONS]
    text_of = {"delay": "excess"} if facts.get("beyond_normal") else {}
    reasons = [
        Statement(
            f"key_nodes.reasons.{text_of.get(code, code)}", {"node": node, "value": values[code], **facts}
        )
        for code in worth or ordered[:1]
    ]
    naming = [finding.code for finding in findings if node in finding.nodes]
    if naming:
        codes = sorted(set(naming))
        reasons.append(
            Statement("key_nodes.reasons.findings", {"node": node, "n": len(naming), "codes": codes})
        )
    return tuple(reasons)
