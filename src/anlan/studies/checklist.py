"""The `checklist` part of a result: packs that apply, where they match, and what to check there."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.pack import Pack, Text
from anlan.formats.messages import in_both_languages
from anlan.loop.identify.checklist import ChecklistCandidate, NodeMatch, PackChoice
from anlan.studies.numbers import finite, optional, text


def checklist_section(
    choices: Sequence[PackChoice],
    matches: Sequence[NodeMatch],
    candidates: Sequence[ChecklistCandidate],
    library: Sequence[Pack],
) -> dict[str, Any]:
    """Only packs that apply are listed; candidates carry no numbers."""
    titles = {pack.code: pack.title for pack in library}
    nodes = {(pack.code, node.code): node.title for pack in library for node in pack.nodes}
    return {
        "packs": [
            {
                "code": choice.pack,
                "title": text(titles[choice.pack]),
                "confidence": optional(choice.confidence),
                "reason": in_both_languages(f"packs.reason.{choice.reason}", **choice.parameters),
            }
            for choice in choices
            if choice.applies
        ],
        "matches": [_match(match, nodes) for match in matches],
        "candidates": [_candidate(candidate) for candidate in candidates],
    }


def _match(match: NodeMatch, nodes: Mapping[tuple[str, str], Text]) -> dict[str, Any]:
    return {
        "activity": match.activity,
        "pack": match.pack,
        "node": match.node,
        "node_title": text(nodes[match.pack, match.node]),
        "confidence": finite(match.confidence),
        "words": list(match.words),
    }


def _candidate(candidate: ChecklistCandidate) -> dict[str, Any]:
    risk = candidate.risk
    return {
        "code": risk.code,
        "node": risk.node,
        "activities": list(candidate.activities),
        "category": risk.category,
        "title": text(risk.title),
        "cause": text(risk.cause),
        "event": text(risk.event),
        "consequence": text(risk.consequence),
        "controls": list(risk.controls),
        "source": risk.source,
    }
