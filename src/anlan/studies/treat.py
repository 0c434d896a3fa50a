"""The `treatments` part of a result: the best set under the budget, and the frontier."""

from typing import Any

from anlan.domain.risk import Measure, TreatmentPlan
from anlan.studies.numbers import finite, interval, optional


def treatments_section(plan: TreatmentPlan) -> dict[str, Any]:
    """All candidates, the chosen ones and the frontier."""
    return {
        "unit": plan.unit,
        "cost_unit": plan.cost_unit,
        "budget": optional(plan.budget),
        "chosen": [
            {"code": code, "cost": finite(cost), "expected_reduction": finite(reduction)}
            for code, cost, reduction in plan.chosen
        ],
        "frontier": [[finite(cost), finite(loss)] for cost, loss in plan.frontier],
        "candidates": [_candidate(measure) for measure in plan.candidates],
        "proven_optimal": plan.proven_optimal,
        "gap": finite(plan.gap),
    }


def _candidate(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "title": {"zh": measure.title_zh, "en": measure.title_en},
        "cost": interval(measure.cost),
        "reduction": interval(measure.reduction),
        "risks": list(measure.risks),
        "requires": list(measure.requires),
        "excludes": list(measure.excludes),
        "assumed": measure.assumed,
        "source": measure.source,
    }
