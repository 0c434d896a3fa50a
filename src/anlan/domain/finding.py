"""What identification finds: a risk's evidence, in numbers and codes, not yet in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.domain.interval import Interval

CATEGORIES = (
    "people", "technology", "environment", "management", "service_quality", "process",
    "customer", "supplier", "data_security", "market", "compliance", "safety",
)  # fmt: skip

SCOPES = ("mechanism", "group", "case")
"""What a finding speaks about, in the order in which lost minutes are given to findings."""


@dataclass(frozen=True)
class Effect:
    """Size of a finding against its comparison.

    `kind` names the measure (`rate_ratio`, `rate_difference`, `median_ratio`, `share`, `slope_per_day`);
    `minimum` is the smallest size worth reporting under the settings of the run; an interval says
    how sure the size is.
    """

    kind: str
    size: Interval
    minimum: float

    @property
    def is_sure(self) -> bool:
        """The whole interval is worth reporting, not its estimate alone."""
        return self.size.low >= self.minimum


@dataclass(frozen=True, eq=False)
class Finding:
    """One risk candidate found in a log.

    code        stable name of the finder (`tail_delay`); with `nodes` and `detail` it is unique
    detail      tells apart findings of one finder on the same nodes (an attribute value, a resource)
    parameters  fill the statement `findings.<code>` of the message catalogues; names ending in
                `_s` are seconds, `_share` are 0..1
    count       occurrences; exposure: opportunities (cases or events, see `exposure_unit`)
    exposure_cases  number of cases that could have been hit
    exposed     int32 numbers of those cases, ascending, unique; None = all cases of the log
    period_days  days of the period looked at: the intake window of the log
    rate        count / exposure with its interval
    p, q        p-value of the finder's test; q: smallest false-discovery rate at which the run would
                keep it, over the tests of its finder and over the finders; None where the finding
                is a plain count without a hypothesis
    n_tests     how many hypotheses this finder looked at
    affected    int64 case numbers (into the log) hit by it, ascending, unique
    delay_min   float64 minutes each affected case lost by it (>= 0): elapsed case time beyond the
                normal of its steps, in no case more than the case lost altogether
    open_cases  how many of `affected` are not finished; what they lost ends at their last event
    case_ids    up to ten sample cases: those with the smallest hashes, not the first
    scope       `mechanism`: what happens at its nodes; `group`: which cases are hit (a value of a
                column, a time of arrival); `case`: that whole cases are late
    """

    code: str
    category: str
    nodes: tuple[str, ...]
    count: int
    exposure: int
    exposure_unit: str
    exposure_cases: int
    period_days: float
    rate: Interval
    effect: Effect
    p: float | None
    q: float | None
    affected: NDArray[np.int64]
    delay_min: NDArray[np.float64]
    case_ids: tuple[str, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""
    exposed: NDArray[np.int32] | None = None
    scope: str = SCOPES[0]
    n_tests: int = 1
    open_cases: int = 0
    notes: tuple[str, ...] = ()

    @property
    def suspected(self) -> bool:
        """Tested, and the effect may yet be smaller than what is worth reporting. With many cases a
        p-value only says that the effect is not nothing; the interval says whether it matters."""
        return self.p is not None and not self.effect.is_sure
