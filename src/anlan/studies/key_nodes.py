"""The `key_nodes` part of a result."""

from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.loop.key_nodes import KeyNode, KeyNodes
from anlan.studies.numbers import Clock, finite, optional


def key_nodes_section(ranked: KeyNodes, *, clock: Clock) -> list[dict[str, Any]]:
    """All activities, highest score first; `clock`: what the reasons tell times by."""
    return [_node(node, clock) for node in ranked.nodes]


def key_nodes_notes(ranked: KeyNodes) -> list[dict[str, Any]]:
    """What is missing, limited or assumed in the ranking."""
    return [
        {"code": note.code, "where": "key_nodes", "text": in_both_languages(note.code, **note.parameters)}
        for note in ranked.notes
    ]


def _node(node: KeyNode, clock: Clock) -> dict[str, Any]:
    return {
        "activity": node.activity,
        "score": finite(node.score),
        "rank": node.rank,
        "rank_low": node.rank_low,
        "rank_high": node.rank_high,
        "criteria": {code: optional(mark) for code, mark in node.marks.items()},
        "reasons": [
            in_both_languages(reason.code, **clock.said(reason.parameters)) for reason in node.reasons
        ],
    }
