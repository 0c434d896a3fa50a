"""A process as a service blueprint and as the journey of a customer sees it.

Blueprint 服务蓝图 (Shostack 1984, "Designing services that deliver"; Bitner, Ostrom & Morgan 2008): steps in
their order across, who does them and whether the customer sees it down. Journey 客户旅程: only the steps the
customer meets, and the work behind them as time the customer waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anlan.domain.design.main_path import MainPath

TOUCHING = ("customer", "front")
"""Lanes that the customer takes part in or sees."""


@dataclass(frozen=True)
class Spread:
    """Measured seconds: of `n` passages their mean, median and 95 % quantile."""

    n: int
    mean_s: float
    median_s: float
    p95_s: float


@dataclass(frozen=True)
class Within:
    """Share of passages within a promise, as far as medians and 95 % quantiles tell: at least `low`, at most
    `high`; `n` passages."""

    low: float
    high: float
    n: int


@dataclass(frozen=True)
class StepFacts:
    """What is known of a step; None where nothing is.

    wait: before work begins where the log has starts (`wait_kind` waiting), else from the completion of
    another step before to its own, work included (gap). level: code of its highest risk, empty where none has
    one; rank: of that level from 1, 0 where there is none, None where the process has no risk with a level;
    risks: number with one; deviation: share of cases that deviate here; reports: complaints and opinions
    recorded here; checked: entries of its standards, kept: those of them that say it was kept.
    """

    key: str
    name: str
    lane: str = ""
    evidence: str = ""
    role: str = ""
    channel: str = ""
    promise_s: int | None = None
    cases: int | None = None
    wait: Spread | None = None
    wait_kind: str = ""
    within: Within | None = None
    level: str = ""
    rank: int | None = None
    risks: int = 0
    deviation: float | None = None
    reports: int | None = None
    kept: int = 0
    checked: int = 0

    @property
    def touches(self) -> bool:
        return self.lane in TOUCHING


@dataclass(frozen=True)
class ServiceView:
    """A process with its order and the facts of its steps, by key. by: what the order was taken from: log,
    probabilities, drawing."""

    name: str
    path: MainPath
    facts: Mapping[str, StepFacts]
    by: str

    @property
    def columns(self) -> list[StepFacts]:
        return [self.facts[key] for key in self.path.columns]

    @property
    def untold(self) -> list[StepFacts]:
        """Steps of which nobody said who does them and whether the customer sees it."""
        return [step for step in self.in_order if not step.lane]

    @property
    def in_order(self) -> list[StepFacts]:
        """Columns, each followed by the alternatives under it; then those that nothing leads to."""
        keys = [k for column in self.path.columns for k in (column, *self.path.under.get(column, ()))]
        return [self.facts[key] for key in (*keys, *self.path.loose)]


@dataclass(frozen=True)
class Touchpoint:
    """A step the customer meets, and the steps behind it that come before the next one. behind_s: their mean
    seconds together; None where one of them was not measured or there is none."""

    step: StepFacts
    behind: tuple[StepFacts, ...]
    behind_s: float | None


@dataclass(frozen=True)
class Stage:
    """Touchpoints that follow one another on the same channel (empty: not told)."""

    channel: str
    touchpoints: tuple[Touchpoint, ...]


def touchpoints_of(columns: Sequence[StepFacts]) -> list[Touchpoint]:
    """Steps before the first one the customer meets belong to none."""
    found: list[Touchpoint] = []
    places = [i for i, step in enumerate(columns) if step.touches]
    for at, following in zip(places, [*places, len(columns)][1:], strict=True):
        behind = tuple(columns[at + 1 : following])
        times = [step.wait.mean_s for step in behind if step.wait is not None]
        known = bool(behind) and len(times) == len(behind)
        found.append(Touchpoint(columns[at], behind, sum(times) if known else None))
    return found


def stages_of(touchpoints: Sequence[Touchpoint]) -> list[Stage]:
    """A stage begins where the channel changes."""
    stages: list[Stage] = []
    for point in touchpoints:
        channel = point.step.channel
        if stages and stages[-1].channel == channel:
            stages[-1] = Stage(channel, (*stages[-1].touchpoints, point))
        else:
            stages.append(Stage(channel, (point,)))
    return stages


def within(promise_s: float, spreads: Sequence[Spread]) -> Within | None:
    """How many passages a promise of so many seconds held for. None without a passage.

    Half of the passages last no longer than their median and 95 % no longer than their 95 % quantile, so a
    spread alone tells the share between limits; several are weighed by their passages.
    """
    n = sum(spread.n for spread in spreads)
    if not n:
        return None
    low = sum(spread.n * _at_least(promise_s, spread) for spread in spreads) / n
    high = sum(spread.n * _at_most(promise_s, spread) for spread in spreads) / n
    return Within(low, high, n)


def _at_least(promise_s: float, spread: Spread) -> float:
    return 0.95 if promise_s >= spread.p95_s else 0.5 if promise_s >= spread.median_s else 0.0


def _at_most(promise_s: float, spread: Spread) -> float:
    return 0.5 if promise_s < spread.median_s else 0.95 if promise_s < spread.p95_s else 1.0
