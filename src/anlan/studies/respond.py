"""The `respond` part of a result: emergency plans that apply, each citing its risks."""

from collections.abc import Sequence
from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.loop.respond import ApplicablePlan
from anlan.studies.numbers import optional, text


def respond_section(plans: Sequence[ApplicablePlan]) -> list[dict[str, Any]]:
    """Plans in the order of their strongest link."""
    return [_plan(plan) for plan in plans]


def _plan(applicable: ApplicablePlan) -> dict[str, Any]:
    plan = applicable.plan
    return {
        "plan": plan.code,
        "title": text(plan.title),
        "risks": [risk.id for risk in applicable.risks],
        "status": applicable.status,
        "reason": in_both_languages(f"respond.reason.{applicable.reason}", **applicable.parameters),
        "start_condition": text(plan.start_condition),
        "steps": [
            {
                "text": text(step.text),
                "role": " ".join(step.roles),
                "minutes": optional(step.minutes),
                "minutes_text": text(step.minutes_text) if step.minutes_text else None,
            }
            for step in plan.steps
        ],
        "source": plan.source,
    }
