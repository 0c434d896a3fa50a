"""The `treatments` part of a result: the best set under the budget, and the frontier."""

from typing import Any

from anlan.domain.risk import ChosenSet, LinkToExamine, Measure, TreatmentPlan
from anlan.formats.messages import in_both_languages
from anlan.studies.numbers import finite, interval, optional


def treatments_section(plan: TreatmentPlan) -> dict[str, Any]:
    """All candidates, the chosen ones and the frontier."""
    return {
        "unit": plan.unit,
        "cost_unit": plan.cost_unit,
        "budget": optional(plan.budget),
        "chosen": [
            {
                "code": code,
                "cost": finite(cost),
                "expected_reduction": finite(reduction),
                "interval": interval(share),
            }
            for (code, cost, reduction), share in zip(plan.chosen, plan.chosen_intervals, strict=True)
        ],
        "chosen_set": _chosen_set(plan.chosen_set),
        "frontier": [[finite(cost), finite(loss)] for cost, loss in plan.frontier],
        "frontier_intervals": [interval(loss) for loss in plan.frontier_intervals],
        "candidates": [_candidate(measure) for measure in plan.candidates],
        "to_examine": [_to_examine(link) for link in plan.to_examine],
        "proven_optimal": plan.proven_optimal,
        "gap": finite(plan.gap),
    }


def _chosen_set(chosen: ChosenSet | None) -> dict[str, Any] | None:
    if chosen is None:
        return None
    return {
        "cost": finite(chosen.cost),
        "reduction": interval(chosen.reduction),
        "rival_share": finite(chosen.rival_share),
        "regret": finite(chosen.regret),
    }


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
        "cost": interval(measure.cost),
        "reduction": interval(measure.reduction),
        "risks": list(measure.risks),
        "strengths": [finite(strength) for strength in measure.strengths],
        "factor": interval(measure.factor),
        "requires": list(measure.requires),
        "excludes": list(measure.excludes),
        "assumed": measure.assumed,
        "source": measure.source,
    }
