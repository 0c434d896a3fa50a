"""Redesign ideas 流程改进: which operator fits which finding, and the delay it would touch.

    ideas = propose(findings, summary=summary, operators=load_operators())

The rule of a kind of finding (`_RULES`) names operators in order of preference and why; the first
that is among `operators` is taken. An idea says what it touches, never what it will gain: the delay
is the customers' time the finding accounts for, an upper bound of what the redesign can win back.

Misleads: findings overlap, so the delays of two ideas must not be added; names decide where an
outside party is waited for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anlan.domain.finding import Finding
from anlan.domain.log_summary import LogSummary
from anlan.domain.pack import Operator
from anlan.domain.risk import Risk
from anlan.loop.improve import evidence

MOST_IDEAS = 3

MINOR = 0.1
"""An operator of its own does not lift an idea that touches under this share of the largest delay."""

SAME_CASES = 0.8
"""Two findings at one node that share this much of their cases give one idea."""


@dataclass(frozen=True, eq=False)
class Idea:
    """A redesign to consider, with the finding it cites.

    Statement: text `improve.statement.<reason>` with `parameters`; the operator's own texts give its
    title, when it is used and what to check afterwards.
    delay_min    minutes of case time beyond the normal the finding accounts for, over the log's period
    delay_share  of the time of all cases together, 0..1; None where the log has no duration
    direction    measures expected to move, as (text `improve.measure.<name>`, `down` or `up`)
    """

    operator: Operator
    finding: Finding
    nodes: tuple[str, ...]
    reason: str
    delay_min: float
    delay_share: float | None
    direction: tuple[tuple[str, str], ...]
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """An operator and why it fits: code of the statement, and what the statement needs to know."""

    operator: str
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)


Rule = Callable[[Finding, Sequence[Finding], LogSummary], tuple[Choice, ...]]

DIRECTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "OP-1": (("case_duration", "down"), ("executions", "down")),
    "OP-2": (("handovers", "down"), ("executions", "down")),
    "OP-3": (("waiting", "down"), ("case_duration", "down")),
    "OP-4": (("spread", "down"), ("rework", "down")),
    "OP-5": (("errors", "down"), ("waiting", "down")),
    "OP-6": (("handovers", "down"), ("waiting", "down")),
    "OP-7": (("rework", "down"), ("breaches", "down")),
    "OP-8": (("waiting", "down"),),
    "OP-9": (("queue", "down"), ("self_service", "up")),
    "OP-10": (("chasers", "down"), ("waiting", "down")),
    "OP-11": (("queue", "down"),),
    "OP-12": (("breaches", "down"), ("on_time", "up")),
}


def propose(
    risks_or_findings: Iterable[Risk | Finding],
    *,
    summary: LogSummary,
    operators: Sequence[Operator],
    most: int = MOST_IDEAS,
) -> tuple[Idea, ...]:
    """Up to `most` ideas, most delay first; an operator comes twice only when nothing else of weight is
    left."""
    findings = [item.finding if isinstance(item, Risk) else item for item in risks_or_findings]
    findings.sort(key=lambda f: (-float(f.delay_min.sum()), -f.count, f.code, f.nodes, f.detail))
    by_code = {operator.code: operator for operator in operators}
    ideas = [
        idea
        for finding in findings
        if (idea := _idea(finding, findings, summary, by_code)) is not None and idea.delay_min > 0
    ]
    return _different(ideas, most)


def _idea(
    finding: Finding, findings: Sequence[Finding], summary: LogSummary, operators: Mapping[str, Operator]
) -> Idea | None:
    rule = _RULES.get(finding.code)
    choices = () if rule is None else rule(finding, findings, summary)
    choice = next((choice for choice in choices if choice.operator in operators), None)
    if choice is None:
        return None
    minutes = float(finding.delay_min.sum())
    total = evidence.total_case_minutes(summary)
    share = min(minutes / total, 1.0) if total > 0 else None
    return Idea(
        operator=operators[choice.operator],
        finding=finding,
        nodes=finding.nodes,
        reason=choice.reason,
        delay_min=minutes,
        delay_share=share,
        direction=DIRECTIONS.get(choice.operator, ()),
        parameters={
            "nodes": list(finding.nodes),
            "node": finding.nodes[-1] if finding.nodes else "",
            "first": finding.nodes[0] if finding.nodes else "",
            "count": finding.count,
            "cases": len(finding.affected),
            "delay_s": minutes * 60,
            "delay_share": share,
            "detail": finding.detail,
            "column": str(finding.parameters.get("column", "")),
            "value": str(finding.parameters.get("value", "")),
            **choice.parameters,
        },
    )


def _different(ideas: Sequence[Idea], most: int) -> tuple[Idea, ...]:
    """First ideas with an operator of their own, then the rest; never two on the same cases and node."""
    chosen: list[Idea] = []
    floor = MINOR * max((idea.delay_min for idea in ideas), default=0.0)
    for new_operator in (True, False):
        for idea in ideas:
            if len(chosen) == most:
                break
            repeats = any(idea is other or _alike(idea, other) for other in chosen)
            known = any(idea.operator.code == other.operator.code for other in chosen)
            if not repeats and not (new_operator and (known or idea.delay_min < floor)):
                chosen.append(idea)
    return tuple(sorted(chosen, key=lambda idea: -idea.delay_min))


def _alike(one: Idea, other: Idea) -> bool:
    same_place = bool(set(one.nodes) & set(other.nodes)) or not (one.nodes or other.nodes)
    return same_place and evidence.overlap(one.finding, other.finding) >= SAME_CASES


def _bottleneck(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    share = evidence.share_of_delay(finding, findings)
    neighbour = evidence.runs_in_either_order(finding.nodes[-1], summary) if finding.nodes else None
    in_one_place = Choice("OP-8", "waits_in_one_place", {"share": share})
    fixed = evidence.fixed_wait_s(finding.nodes[-1], summary) if finding.nodes else None
    if fixed is not None:
        return (Choice("OP-1", "fixed_wait", {"wait_s": fixed}), in_one_place)
    if share < evidence.ONE_PLACE and neighbour is not None:
        return (Choice("OP-3", "order_is_free", {"neighbour": neighbour}), in_one_place)
    return (in_one_place, Choice("OP-3", "queue_of_steps"))


def _tail_delay(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    if evidence.waits_for_outsiders(finding.nodes):
        return (Choice("OP-10", "waits_for_outsiders"), Choice("OP-7", "late_unseen"))
    if len(set(finding.nodes)) > 1:
        return (Choice("OP-6", "late_between_steps"), Choice("OP-7", "late_unseen"))
    return (Choice("OP-7", "late_unseen"),)


def _rework_loop(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    largest = evidence.largest_share_by_one(finding.nodes[-1], summary) if finding.nodes else None
    control = Choice("OP-7", "comes_back")
    if largest is not None and largest < evidence.MANY_PEOPLE_SHARE:
        return (Choice("OP-4", "comes_back_from_many", {"share": largest}), control)
    return (control, Choice("OP-4", "comes_back"))


def _self_loop(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    return (Choice("OP-2", "repeated_at_once"), Choice("OP-1", "repeated_at_once"))


def _handed_on(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    return (Choice("OP-6", "handed_on"), Choice("OP-2", "handed_on"))


def _skipped_step(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    if finding.rate.estimate > 0.5:
        return (Choice("OP-1", "mostly_skipped"), Choice("OP-7", "sometimes_skipped"))
    return (Choice("OP-7", "sometimes_skipped"), Choice("OP-1", "sometimes_skipped"))


def _breaches(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
    if evidence.about_complaints(finding.nodes):
        return (Choice("OP-12", "complaints_late"), Choice("OP-7", "limit_passed"))
    return (Choice("OP-7", "limit_passed"), Choice("OP-12", "limit_passed"))


def _always(*choices: Choice) -> Rule:
    def rule(finding: Finding, findings: Sequence[Finding], summary: LogSummary) -> tuple[Choice, ...]:
        return choices

    return rule


_RULES: Mapping[str, Rule] = {
    "bottleneck": _bottleneck,
    "tail_delay": _tail_delay,
    "rework_loop": _rework_loop,
    "self_loop": _self_loop,
    "ping_pong": _handed_on,
    "reassignment": _handed_on,
    "skipped_step": _skipped_step,
    "rare_order": _always(Choice("OP-7", "sometimes_skipped")),
    "sla_breach_driver": _breaches,
    "abandonment": _always(Choice("OP-10", "left_unfinished")),
    "overload": _always(Choice("OP-11", "peaks"), Choice("OP-9", "peaks")),
    "wip_growth": _always(Choice("OP-9", "work_piles_up"), Choice("OP-8", "work_piles_up")),
    "single_person": _always(Choice("OP-8", "one_person")),
    "four_eyes": _always(Choice("OP-7", "one_pair_of_eyes")),
    "drift": _always(Choice("OP-4", "changed_over_time"), Choice("OP-12", "changed_over_time")),
    "group_disparity": _always(Choice("OP-4", "groups_differ")),
    "data_quality": _always(Choice("OP-5", "data_faulty")),
    "model_skipped": _skipped_step,
    "model_inserted": _always(Choice("OP-4", "off_the_model"), Choice("OP-1", "off_the_model")),
    "model_moved": _always(Choice("OP-4", "off_the_model"), Choice("OP-7", "sometimes_skipped")),
    "model_unknown": _always(Choice("OP-4", "off_the_model")),
}
