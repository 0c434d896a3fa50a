"""The `treatments` part of a result: the best set under the budget, and the frontier."""

import math
from collections.abc import Sequence
from typing import Any

from anlan.domain.interval import Interval
from anlan.domain.risk import ChosenSet, LinkToExamine, Measure, TreatmentPlan
from anlan.formats.messages import in_both_languages
from anlan.studies.numbers import finite, interval, optional, significant

DIGITS = 3
"""Significant digits of effects: their ranges are assumptions and leave no more."""

COST_DIGITS = 2
"""Significant digits of the cost of one measure; sums and the frontier are of the exact costs."""


def treatments_section(plan: TreatmentPlan) -> dict[str, Any]:
    """All candidates, the chosen ones and the frontier."""
    costs = {measure.code: measure.cost for measure in plan.candidates}
    return {
        "unit": plan.unit,
        "cost_unit": plan.cost_unit,
        "budget": optional(plan.budget),
        "chosen": [
            {
                "code": code,
                "cost": _written_cost(costs[code]).estimate,
                "cost_interval": interval(_written_cost(costs[code])),
                "expected_reduction": significant(reduction, DIGITS),
                "interval": _effect(share),
                "assumed": True,
            }
            for (code, _, reduction), share in zip(plan.chosen, plan.chosen_intervals, strict=True)
        ],
        "chosen_set": _chosen_set(plan.chosen_set, [costs[code] for code, *_ in plan.chosen]),
        "frontier": [[finite(cost), finite(loss)] for cost, loss in plan.frontier],
        "frontier_intervals": [interval(loss) for loss in plan.frontier_intervals],
        "candidates": [_candidate(measure) for measure in plan.candidates],
        "to_examine": [_to_examine(link) for link in plan.to_examine],
        "proven_optimal": plan.proven_optimal,
        "gap": finite(plan.gap),
    }


def _effect(reduction: Interval) -> dict[str, Any] | None:
    """A reduction with its range, in the digits its assumptions hold."""
    estimate, low, high = (
        significant(value, DIGITS) for value in (reduction.estimate, reduction.low, reduction.high)
    )
    return interval(Interval(estimate, low, high, reduction.level))


def _chosen_set(chosen: ChosenSet | None, costs: Sequence[Interval]) -> dict[str, Any] | None:
    if chosen is None:
        return None
    return {
        "cost": finite(chosen.cost),
        "cost_range": _together(costs),
        "reduction": _effect(chosen.reduction),
        "rival_share": finite(chosen.rival_share),
        "regret": finite(chosen.regret),
    }


def _together(costs: Sequence[Interval]) -> dict[str, float]:
    """All at their lowest to all at their highest: the widest the assumed ranges allow, at no level."""
    return {"low": math.fsum(one.low for one in costs), "high": math.fsum(one.high for one in costs)}


def _written_cost(cost: Interval) -> Interval:
    """A cost with its range, its middle in the digits the range holds."""
    middle = min(max(significant(cost.estimate, COST_DIGITS), cost.low), cost.high)
    return Interval(middle, cost.low, cost.high, cost.level)


def _to_examine(link: LinkToExamine) -> dict[str, Any]:
    return {
        "code": link.code,
        "title": {"zh": link.title_zh, "en": link.title_en},
        "risks": list(link.risks),
        "strengths": [finite(strength) for strength in link.strengths],
        "reason": in_both_languages(f"packs.link.{link.reason}", **link.parameters),
    }


def _candidate(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "title": {"zh": measure.title_zh, "en": measure.title_en},
        "cost": interval(_written_cost(measure.cost)),
        "reduction": _effect(measure.reduction),
        "risks": list(measure.risks),
        "strengths": [finite(strength) for strength in measure.strengths],
        "factor": interval(measure.factor),
        "requires": list(measure.requires),
        "excludes": list(measure.excludes),
        "assumed": measure.assumed,
        "source": measure.source,
    }
