"""Controls of the packs as candidate measures: what each costs and what it takes off yearly losses.

Costs are the person-day range of the control's class, effects the range of its factors on likelihood
and consequence; all are assumptions of the packs. The middle of a range stands for it: geometric for
costs (a class spans a factor of ten), arithmetic for factors. A control multiplies the yearly loss of
a risk by likelihood factor x consequence factor.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anlan.domain.interval import Interval
from anlan.domain.pack import PackControl
from anlan.domain.risk import Measure, Risk

RANGE_LEVEL = 0.9
"""An assumed range is shown as if it held the true value nine times out of ten."""


@dataclass(frozen=True)
class Candidate:
    """A measure with the control it comes from and the risks (ids) it acts on."""

    measure: Measure
    control: PackControl

    @property
    def factor(self) -> float:
        """Share of a risk's yearly loss that is left when the control works."""
        return middle(self.control.likelihood_factor) * middle(self.control.consequence_factor)


def candidates(
    risks: Sequence[Risk],
    controls_by_risk: Mapping[str, Sequence[PackControl]],
    *,
    per_person_day: float,
    requires: Mapping[str, Sequence[str]],
    excludes: Sequence[tuple[str, str]],
) -> list[Candidate]:
    """One candidate per control, largest reduction first; `per_person_day` turns days into cost."""
    controls: dict[str, PackControl] = {}
    acts_on: dict[str, list[Risk]] = {}
    for risk in risks:
        for control in dict.fromkeys(controls_by_risk.get(risk.id, ())):
            controls.setdefault(control.code, control)
            acts_on.setdefault(control.code, []).append(risk)
    found = [
        Candidate(
            _measure(control, acts_on[code], per_person_day, tuple(requires.get(code, ())), excludes), control
        )
        for code, control in controls.items()
    ]
    return sorted(found, key=lambda c: (-c.measure.reduction.estimate, c.measure.code))


def _measure(
    control: PackControl,
    risks: Sequence[Risk],
    per_person_day: float,
    requires: tuple[str, ...],
    excludes: Sequence[tuple[str, str]],
) -> Measure:
    loss = math.fsum(risk.annual_loss.estimate for risk in risks)
    likelihood, consequence = control.likelihood_factor, control.consequence_factor
    low, high = control.person_days
    return Measure(
        code=control.code,
        title_zh=control.title.zh,
        title_en=control.title.en,
        cost=Interval(geometric_middle(control.person_days), low, high, RANGE_LEVEL).scaled(per_person_day),
        reduction=Interval(
            loss * (1.0 - middle(likelihood) * middle(consequence)),
            loss * (1.0 - max(likelihood) * max(consequence)),
            loss * (1.0 - min(likelihood) * min(consequence)),
            RANGE_LEVEL,
        ),
        risks=tuple(risk.id for risk in risks),
        requires=requires,
        excludes=tuple(
            sorted({b for pair in excludes for b in pair if control.code in pair} - {control.code})
        ),
        assumed=True,
        source=control.source,
    )


def _partner(code: str, pair: tuple[str, str]) -> tuple[str, ...]:
    return tuple(other for other in pair if other != code) if code in pair else ()


def middle(span: tuple[float, float]) -> float:
    """Arithmetic middle of a range."""
    return (span[0] + span[1]) / 2.0


def geometric_middle(span: tuple[float, float]) -> float:
    """Geometric middle of a range; of one that begins at zero the arithmetic."""
    return math.sqrt(span[0] * span[1]) if span[0] > 0 else middle(span)
