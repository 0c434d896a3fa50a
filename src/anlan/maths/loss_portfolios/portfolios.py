"""The loss of a year over risks that may depend on each other, by simulation of years.

Model. Risk r has N_r events in a year and each costs an independent draw of its severity. N_r is Poisson,
negative binomial (a Poisson whose rate is gamma with the given shape), Bernoulli (none or one) or fixed; its
frequency is a number or itself a distribution, drawn anew for each year.

Dependence, any of it or none:
1. a copula joins the uniforms that decide the yearly counts, or those that decide the yearly losses;
2. a shock strikes a year with a probability and multiplies the frequencies of some risks;
3. an event of one risk raises the monthly frequency of another by a factor, for some months, fading;
4. the loss of an event goes on in later months, each a share of the one before.
With 3 or 4 a year is simulated by month, after a year that gives it its past.

Numbers are keyed by year and risk, so neither threads nor blocks change a bit, and the years of the tail can
be simulated once more with the losses of each risk kept, instead of keeping those of all years.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from threading import Event

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from anlan.maths.distributions import Distribution
from anlan.maths.lattice import Lattice
from anlan.maths.loss_portfolios import portfolio_kernels as kernels
from anlan.maths.loss_portfolios.exact import yearly_lattice
from anlan.maths.loss_portfolios.quantile_tables import QuantileTable, quantile_table
from anlan.maths.progress import tell
from anlan.maths.streams import alias_table, stream_key

KINDS = ("poisson", "negative_binomial", "bernoulli", "fixed")
BLOCK = 1_000
_TOLD_EVERY_S = 0.2

_Array = NDArray[np.float64]
_Years = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PortfolioRisk:
    """kind: of the yearly count, one of KINDS. shape: of the negative binomial, else inf.
    months, carry: an event's loss goes on for `months`, each `carry` times the month before."""

    kind: str
    frequency: Distribution
    severity: QuantileTable
    shape: float = math.inf
    months: int = 1
    carry: float = 0.0

    @property
    def lasting_factor(self) -> float:
        """Loss of an event over all its months, in terms of the first."""
        return sum(self.carry**k for k in range(self.months))

    @cached_property
    def frequency_table(self) -> QuantileTable:
        table = quantile_table(self.frequency)
        return QuantileTable(np.minimum(table.values, 1.0)) if self.kind == "bernoulli" else table

    @property
    def certain_rate(self) -> float | None:
        """The frequency where it is a number."""
        return self.frequency.mean if self.frequency.kind in ("constant", "none") else None


@dataclass(frozen=True)
class Shock:
    """Strikes a year with `probability` and multiplies the frequencies of `risks` by `factor`."""

    probability: float
    factor: float
    risks: tuple[int, ...]


@dataclass(frozen=True)
class Cause:
    """An event of `cause` multiplies the frequency of `effect` by `factor` in its month; what is above one
    fades to `carry` of it from month to month, for `months` in all; several events add up."""

    cause: int
    effect: int
    factor: float
    months: int = 1
    carry: float = 0.0


@dataclass(frozen=True, eq=False)
class Copula:
    """correlation: (risks, risks), positive definite. degrees: of a t copula; inf for the Gaussian.
    of: "frequency" or "loss", what its uniforms decide."""

    correlation: _Array
    degrees: float = math.inf
    of: str = "frequency"


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Risks and what joins them. Causes must not form a circle."""

    risks: tuple[PortfolioRisk, ...]
    copula: Copula | None = None
    shocks: tuple[Shock, ...] = ()
    causes: tuple[Cause, ...] = ()

    @property
    def by_month(self) -> bool:
        return bool(self.causes) or any(risk.months > 1 and risk.carry > 0 for risk in self.risks)

    @property
    def independent(self) -> bool:
        return self.copula is None and not self.shocks and not self.by_month

    @property
    def causal_order(self) -> tuple[int, ...] | None:
        """Risks with causes before their effects; None where the causes form a circle."""
        waiting = {r: {c.cause for c in self.causes if c.effect == r} for r in range(len(self.risks))}
        order: list[int] = []
        while waiting:
            ready = [r for r, causes in waiting.items() if causes <= set(order)]
            if not ready:
                return None
            order += ready
            waiting = {r: causes for r, causes in waiting.items() if r not in order}
        return tuple(order)

    def expected_events(self) -> tuple[float, ...]:
        """Mean number of events of each risk in a year, with shocks and causes."""
        means = []
        for r, risk in enumerate(self.risks):
            shocked = math.prod(1.0 + s.probability * (s.factor - 1.0) for s in self.shocks if r in s.risks)
            means.append(risk.frequency_table.mean * shocked)
        base = list(means)
        for r in self.causal_order or ():
            raised = sum(
                means[c.cause] * (c.factor - 1.0) * sum(c.carry**k for k in range(c.months))
                for c in self.causes
                if c.effect == r
            )
            means[r] += base[r] * raised / kernels.MONTHS
        return tuple(means)


@dataclass(frozen=True, eq=False)
class SimulatedYears:
    """totals: (years,) losses. mean_loss, mean_events: (risks,) per year; loss_error: standard errors."""

    totals: _Array
    mean_loss: _Array
    loss_error: _Array
    mean_events: _Array


class _Room:
    """Arrays for the losses and counts of a block, cleared and used again: fresh memory costs more than the
    draws that go into it."""

    def __init__(self, risks: int, years: int = BLOCK) -> None:
        self._loss, self._count = np.empty((years, risks)), np.empty((years, risks), dtype=np.int64)

    def of(self, years: int) -> tuple[_Array, NDArray[np.int64]]:
        loss, count = self._loss[:years], self._count[:years]
        loss[:] = 0.0
        count[:] = 0
        return loss, count


class YearSimulator:
    """Simulates years of a portfolio by their numbers."""

    def __init__(self, portfolio: Portfolio, *, seed: int) -> None:
        risks = portfolio.risks
        self._portfolio, self._key = portfolio, stream_key(seed)
        self._kinds = np.array([KINDS.index(risk.kind) for risk in risks])
        self._shapes = np.array([risk.shape for risk in risks])
        certain = [risk.certain_rate for risk in risks]
        self._rates = np.array([-1.0 if rate is None else rate for rate in certain])
        self._rate_tables = np.stack([risk.frequency_table.values for risk in risks])
        self._tables = np.stack([risk.severity.values for risk in risks])
        self._pooled = self._poolable()
        self._single = np.array([r for r in range(len(risks)) if r not in self._pooled], dtype=np.int64)
        if portfolio.copula is not None:
            self._root = np.linalg.cholesky(portfolio.copula.correlation)

    def run(self, years: int, *, threads: int | None = None) -> SimulatedYears:
        """Years 0 .. years - 1."""
        d = len(self._portfolio.risks)
        totals = np.empty(years)
        starts = range(0, years, BLOCK)
        parts = np.zeros((len(starts), 3, d))
        workers = max(1, min(threads or min(8, os.cpu_count() or 1), len(starts)))
        if self._by_loss:
            _ = self._lattices  # made once, before the threads ask for them

        done, ended = [0] * workers, Event()

        def work(first: int) -> None:
            room = _Room(d)
            for block in range(first, len(starts), workers):
                if ended.is_set():
                    return
                numbers = np.arange(starts[block], min(starts[block] + BLOCK, years))
                loss, count = self._detail(numbers, *room.of(len(numbers)))
                kernels.sum_risks(loss, totals[numbers[0] : numbers[0] + len(numbers)])
                kernels.add_years(loss, count, parts[block, 0], parts[block, 1], parts[block, 2])
                done[first] += 1

        with ThreadPoolExecutor(max_workers=workers) as pool:
            try:
                waiting = {pool.submit(work, first) for first in range(workers)}
                while waiting:
                    ready, waiting = wait(waiting, timeout=_TOLD_EVERY_S)
                    for each in ready:
                        each.result()
                    tell(sum(done) / len(starts))
            finally:
                ended.set()
        sums = parts.sum(axis=0)
        mean = sums[0] / years
        error = np.sqrt(np.maximum(sums[1] / years - mean * mean, 0.0) / years)
        events = sums[2] / years
        if self._by_loss:
            events = np.array(self._portfolio.expected_events())
        return SimulatedYears(totals, mean, error, events)

    def detail(self, years: _Years) -> tuple[_Array, NDArray[np.int64]]:
        """(losses, counts), both (n, risks), of the numbered years."""
        return self._detail(years, *_Room(len(self._portfolio.risks), len(years)).of(len(years)))

    def _detail(
        self, years: _Years, loss: _Array, count: NDArray[np.int64]
    ) -> tuple[_Array, NDArray[np.int64]]:
        shares = self._shares(years)
        if self._by_loss:
            for r, lattice in enumerate(self._lattices):
                loss[:, r] = _inverse(lattice, shares[:, r])
        elif self._portfolio.by_month:
            self._add_months(years, shares, loss, count)
        else:
            self._add_years(years, shares, loss, count)
        return loss, count

    @property
    def _by_loss(self) -> bool:
        copula = self._portfolio.copula
        return copula is not None and copula.of == "loss"

    @cached_property
    def _lattices(self) -> tuple[Lattice, ...]:
        """The exact yearly loss of each risk."""
        return tuple(yearly_lattice([risk]) for risk in self._portfolio.risks)

    def _poolable(self) -> tuple[int, ...]:
        """Poisson risks with certain rates that nothing acts on; one alone is not worth a pool."""
        if self._portfolio.copula is not None or self._portfolio.by_month:
            return ()
        shocked = {r for shock in self._portfolio.shocks for r in shock.risks}
        found = tuple(
            r
            for r, risk in enumerate(self._portfolio.risks)
            if risk.kind == "poisson" and self._rates[r] > 0 and r not in shocked
        )
        return found if len(found) > 1 else ()

    def _shares(self, years: _Years) -> _Array:
        """Joined uniforms (n, risks), or none. Sums run in one order, for bits that do not depend on a
        library's."""
        copula = self._portfolio.copula
        if copula is None:
            return np.empty((0, 0))
        n, d = len(years), len(self._portfolio.risks)
        normals = np.empty((d, n))
        for r in range(d):
            kernels.fill_normals(*self._key, years, r, normals[r])
        scale = np.ones(n)
        if math.isfinite(copula.degrees):
            kernels.fill_chi_squares(*self._key, years, copula.degrees, scale)
            scale = np.sqrt(scale / copula.degrees)
        shares = np.empty((n, d))
        for r in range(d):
            joined = np.zeros(n)
            for source in range(r + 1):
                joined += self._root[r, source] * normals[source]
            shares[:, r] = (
                stdtr(copula.degrees, joined / scale) if math.isfinite(copula.degrees) else ndtr(joined)
            )
        return np.clip(shares, 2.0**-53, 1.0 - 2.0**-53)

    def _rates_of(self, years: _Years) -> tuple[_Array, _Array]:
        """Frequencies (n, risks) in those years, and without the shocks."""
        rates = np.empty((len(years), len(self._rates)))
        kernels.fill_rates(*self._key, years, self._rates, self._rate_tables, rates)
        if not self._portfolio.shocks:
            return rates, rates
        before = rates.copy()
        factors = np.ones((len(self._portfolio.shocks), len(self._rates)))
        for s, shock in enumerate(self._portfolio.shocks):
            factors[s, list(shock.risks)] = shock.factor
        probability = np.array([shock.probability for shock in self._portfolio.shocks])
        kernels.apply_shocks(*self._key, years, probability, factors, rates)
        return rates, before

    def _add_years(self, years: _Years, shares: _Array, loss: _Array, count: NDArray[np.int64]) -> None:
        if len(self._pooled):
            risks = np.array(self._pooled)
            table = alias_table(self._rates[risks])
            rate = float(self._rates[risks].sum())
            kernels.add_pooled_years(
                *self._key, years, risks, rate, table.threshold, table.alias, self._tables, loss, count
            )
        if len(self._single):
            rates, _ = self._rates_of(years)
            kernels.add_single_years(
                *self._key, years, self._single, self._kinds, self._shapes, rates, shares, self._tables,
                loss, count,
            )  # fmt: skip

    def _add_months(self, years: _Years, shares: _Array, loss: _Array, count: NDArray[np.int64]) -> None:
        risks, causes = self._portfolio.risks, self._portfolio.causes
        rates, before = self._rates_of(years)
        links = (
            np.array([c.cause for c in causes], dtype=np.int64),
            np.array([c.effect for c in causes], dtype=np.int64),
            np.array([c.factor - 1.0 for c in causes], dtype=np.float64),
            np.array([c.months for c in causes], dtype=np.int64),
            np.array([c.carry for c in causes], dtype=np.float64),
        )
        kernels.add_monthly_years(
            *self._key, years, np.array(self._portfolio.causal_order), self._kinds, self._shapes, rates,
            before, shares, self._tables, np.array([risk.months for risk in risks]),
            np.array([risk.carry for risk in risks]), links, loss, count,
        )  # fmt: skip


def _inverse(lattice: Lattice, shares: _Array) -> _Array:
    """Smallest lattice value whose distribution reaches each share."""
    cumulated = np.cumsum(lattice.probability)
    place = np.searchsorted(cumulated, shares * cumulated[-1] - 1e-14)
    return np.asarray(lattice.start + lattice.step * np.minimum(place, len(cumulated) - 1))
