"""Which emergency-plan outlines apply 应急预案 to the risks of a log.

    plans = applicable_plans(risks, (*packs, load_pack("EM")), matches)

A plan answers named pack risks; a risk of the log is linked to pack risks by its finding (see
`loop.identify.checklist.risk_links`); a plan must serve one of the packs given. Plans of risks at a
high level apply; where no risk is high, those closest to the costliest risks are to be kept ready.

A gap in the data of the log is no emergency of the service: it calls for no plan.

Misleads: a link is by kind of finding and by name of the step, so a plan named here is a proposal for
the owner of the risk, and no plan is started by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anlan.domain.pack import Pack, PackPlan
from anlan.domain.risk import Risk
from anlan.loop.identify import data_quality
from anlan.loop.identify.checklist import NodeMatch, RiskLink, risk_links

HIGH_LEVELS = ("high", "crisis")

WEAKEST_LINK = 0.4
"""Links by kind alone, at a node the log does not have, are weaker than this and name no plan."""

MOST_PLANS_PER_RISK = 2
MOST_KEPT_READY = 3

APPLIES, KEEP_READY = "applies", "keep_ready"


@dataclass(frozen=True, eq=False)
class ApplicablePlan:
    """A plan outline for the risks it would answer, strongest link first.

    status   `applies` (a risk is high) or `keep_ready`
    links    per risk of `risks`: the pack risk that ties it to the plan, with its reason
    Reason: text `respond.reason.<reason>` with `parameters` (of the strongest link).
    """

    plan: PackPlan
    status: str
    risks: tuple[Risk, ...]
    links: tuple[RiskLink, ...]
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Tie:
    risk: Risk
    plan: PackPlan
    link: RiskLink


def applicable_plans(
    risks: Iterable[Risk],
    packs: Sequence[Pack],
    matches: Sequence[NodeMatch],
    *,
    high_levels: Sequence[str] = HIGH_LEVELS,
) -> tuple[ApplicablePlan, ...]:
    """Plans for the high risks, else up to three to keep ready for the costliest risks; may be empty.

    `packs` are those that apply to the log, and the one that holds the plans.
    """
    ordered = sorted(filter(_is_of_service, risks), key=lambda risk: (-risk.annual_loss.estimate, risk.id))
    high = [risk for risk in ordered if risk.index.level in high_levels]
    status = APPLIES if high else KEEP_READY
    ties = [tie for risk in (high or ordered) for tie in _ties(risk, packs, matches)]
    plans = _by_plan(ties, status)
    return plans if high else plans[:MOST_KEPT_READY]


def risks_without_plan(
    risks: Iterable[Risk], plans: Iterable[ApplicablePlan], *, high_levels: Sequence[str] = HIGH_LEVELS
) -> tuple[Risk, ...]:
    """High risks that no plan outline answers: text `respond.without_plan`."""
    answered = {risk.id for plan in plans for risk in plan.risks}
    high = [risk for risk in filter(_is_of_service, risks) if risk.index.level in high_levels]
    return tuple(risk for risk in high if risk.id not in answered)


def _is_of_service(risk: Risk) -> bool:
    return risk.finding.code != data_quality.CODE


def _ties(risk: Risk, packs: Sequence[Pack], matches: Sequence[NodeMatch]) -> list[_Tie]:
    """The plans closest to a risk: those that answer its strongest links."""
    served = {pack.code for pack in packs}
    plans = [plan for pack in packs for plan in pack.plans if served & set(plan.packs)]
    ties: dict[str, _Tie] = {}
    for link in risk_links(risk.finding, matches, packs):
        if link.strength < WEAKEST_LINK:
            break
        for plan in plans:
            if link.risk.code in plan.risks and plan.code not in ties:
                ties[plan.code] = _Tie(risk, plan, link)
    return list(ties.values())[:MOST_PLANS_PER_RISK]


def _by_plan(ties: Sequence[_Tie], status: str) -> tuple[ApplicablePlan, ...]:
    """One entry per plan, in the order of the costliest risk it answers."""
    plans = dict.fromkeys(tie.plan.code for tie in ties)
    return tuple(_entry([tie for tie in ties if tie.plan.code == code], status) for code in plans)


def _entry(ties: Sequence[_Tie], status: str) -> ApplicablePlan:
    strongest = max(ties, key=lambda tie: tie.link.strength)
    return ApplicablePlan(
        plan=strongest.plan,
        status=status,
        risks=tuple(tie.risk for tie in ties),
        links=tuple(tie.link for tie in ties),
        reason=f"{status}.{strongest.link.reason}",
        parameters={
            **strongest.link.parameters,
            "level": strongest.risk.index.level,
            "risk_id": strongest.risk.id,
            "finding": strongest.risk.finding.code,
            "pack_risk": strongest.link.risk.code,
            "n_risks": len(ties),
        },
    )
