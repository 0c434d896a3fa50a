"""Pareto analysis: the few causes that make the most."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from anlan.domain.errors import UsageError


@dataclass(frozen=True)
class Bar:
    """One cause, largest first; share and cumulative share of the total, 0..1."""

    name: Hashable
    amount: float
    share: float
    cumulative: float


def pareto(amounts: Mapping[Hashable, float]) -> tuple[Bar, ...]:
    """Causes by amount (>= 0, with a positive sum), ties in the order given."""
    total = float(sum(amounts.values()))
    if not 0 < total < float("inf") or any(not amount >= 0 for amount in amounts.values()):
        raise UsageError("spc.pareto", total=total)
    bars, running = [], 0.0
    for name, amount in sorted(amounts.items(), key=lambda item: -item[1]):
        running += float(amount)
        bars.append(Bar(name, float(amount), float(amount) / total, min(1.0, running / total)))
    return tuple(bars)


def vital_few(bars: tuple[Bar, ...], *, share: float = 0.8) -> tuple[Bar, ...]:
    """The shortest beginning of the bars that makes at least `share` of the total."""
    enough = next((place for place, bar in enumerate(bars) if bar.cumulative >= share - 1e-12), len(bars) - 1)
    return bars[: enough + 1]
