"""The `improve` part of a result: redesign ideas, each citing its risk."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.loop.improve import Idea
from anlan.studies.numbers import Clock, finite, optional, text


def improve_section(
    ideas: Sequence[Idea], risk_of: Mapping[int, str], *, clock: Clock
) -> list[dict[str, Any]]:
    """`risk_of`: identity of a finding object -> id of its risk; `clock`: what the texts tell times by."""
    return [
        {
            "operator": idea.operator.code,
            "title": text(idea.operator.title),
            "statement": in_both_languages(f"improve.statement.{idea.reason}", **clock.said(idea.parameters)),
            "nodes": list(idea.nodes),
            "risk": risk_of[id(idea.finding)],
            "delay_min": finite(idea.delay_min),
            "delay_share": optional(idea.delay_share),
            "check": text(idea.operator.check_after),
        }
        for idea in ideas
    ]
