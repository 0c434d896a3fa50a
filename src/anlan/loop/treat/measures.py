"""Controls of the packs as candidate measures: what each costs and what it takes off yearly losses.

A control is a candidate against a risk where the link between them is strong enough to be counted;
weaker links are kept apart, to be examined by people. Costs are the person-day range of the control's
class, effects the range of its factors: assumptions of the packs. The geometric middle stands for a
cost, for a class spans a factor of ten; it is rounded where it is written, never before a budget is held
against it. A control is paid once, however many risks it acts on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anlan.domain.interval import Interval
from anlan.domain.pack import PackControl
from anlan.domain.risk import LinkToExamine, Measure, Risk
from anlan.loop.identify.checklist import ControlLink
from anlan.loop.treat.effects import LEVEL, drawn_factors, interval_of, middle, middle_factor

COUNTED_STRENGTH = 0.5
"""Links of at least this strength are counted: same node and kind, or a risk of the whole process."""


@dataclass(frozen=True)
class Candidate:
    """A measure with the control it comes from."""

    measure: Measure
    control: PackControl


@dataclass(frozen=True)
class Linked:
    """A control with the risks it is linked to and the strength of each link."""

    control: PackControl
    links: Mapping[str, ControlLink]
    """By risk id."""

    @property
    def strengths(self) -> tuple[float, ...]:
        return tuple(item.link.strength for item in self.links.values())


def linked_controls(
    risks: Sequence[Risk], links_by_risk: Mapping[str, Sequence[ControlLink]], *, counted: bool
) -> list[Linked]:
    """Controls by the links that are (or are not) strong enough to be counted, each link once."""
    controls: dict[str, PackControl] = {}
    links: dict[str, dict[str, ControlLink]] = {}
    for risk in risks:
        strongest_first = sorted(links_by_risk.get(risk.id, ()), key=lambda item: -item.link.strength)
        for item in strongest_first:
            if (item.link.strength >= COUNTED_STRENGTH) == counted:
                controls.setdefault(item.control.code, item.control)
                links.setdefault(item.control.code, {}).setdefault(risk.id, item)
    return [Linked(control, links[code]) for code, control in controls.items()]


def candidates(
    risks: Sequence[Risk],
    links_by_risk: Mapping[str, Sequence[ControlLink]],
    *,
    per_person_day: float,
    requires: Mapping[str, Sequence[str]],
    excludes: Sequence[tuple[str, str]],
    seed: int = 0,
) -> list[Candidate]:
    """One candidate per control, largest reduction first; `per_person_day` turns days into cost."""
    losses = {risk.id: risk.annual_loss.estimate for risk in risks}
    found = []
    for linked in linked_controls(risks, links_by_risk, counted=True):
        needed = tuple(requires.get(linked.control.code, ()))
        measure = _measure(linked, losses, per_person_day, needed, excludes, seed)
        found.append(Candidate(measure, linked.control))
    return sorted(found, key=lambda c: (-c.measure.reduction.estimate, c.measure.code))


def to_examine(
    risks: Sequence[Risk], links_by_risk: Mapping[str, Sequence[ControlLink]]
) -> tuple[LinkToExamine, ...]:
    """Controls by links too weak to be counted, strongest first."""
    weak = [_weak(linked) for linked in linked_controls(risks, links_by_risk, counted=False)]
    return tuple(sorted(weak, key=lambda link: (-max(link.strengths), -len(link.risks), link.code)))


def _weak(linked: Linked) -> LinkToExamine:
    strongest = max(linked.links.values(), key=lambda item: item.link.strength).link
    return LinkToExamine(
        code=linked.control.code,
        title_zh=linked.control.title.zh,
        title_en=linked.control.title.en,
        risks=tuple(linked.links),
        strengths=linked.strengths,
        reason=strongest.reason,
        parameters=strongest.parameters,
    )


def _measure(
    linked: Linked,
    losses: Mapping[str, float],
    per_person_day: float,
    requires: tuple[str, ...],
    excludes: Sequence[tuple[str, str]],
    seed: int,
) -> Measure:
    control = linked.control
    reached = math.fsum(losses[risk] * item.link.strength for risk, item in linked.links.items())
    factor, drawn = middle_factor(control), drawn_factors(control, seed=seed)
    low, high = control.person_days
    others = {code for pair in excludes for code in pair if control.code in pair} - {control.code}
    return Measure(
        code=control.code,
        title_zh=control.title.zh,
        title_en=control.title.en,
        cost=Interval(geometric_middle(control.person_days), low, high, LEVEL).scaled(per_person_day),
        reduction=interval_of(reached * (1.0 - factor), np.asarray(reached * (1.0 - drawn))),
        risks=tuple(linked.links),
        strengths=linked.strengths,
        factor=interval_of(factor, drawn),
        requires=requires,
        excludes=tuple(sorted(others)),
        assumed=True,
        source=control.source,
    )


def geometric_middle(span: tuple[float, float]) -> float:
    """Geometric middle of a range, of one that begins at zero the arithmetic.

    >>> geometric_middle((60.0, 240.0)), geometric_middle((0.0, 10.0))
    (120.0, 5.0)
    """
    return math.sqrt(span[0] * span[1]) if span[0] > 0 else middle(span)
