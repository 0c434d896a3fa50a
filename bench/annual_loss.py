"""Annual loss, 100 risks x 1 M years: ours, a bare compiled loop, plain NumPy, and pyfair if installed.

The bare loop is what one would write for this model and nothing else: one sequential generator
(xoshiro256++), Poisson by summing, an alias table, polar normals, the library's exp and log; no keys,
one thread per half of the years. All sides simulate the same 100 lognormal risks, about 74 losses a
year in all.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from numpy.typing import NDArray

from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.distributions import Distribution, lognormal_from_mean
from anlan.maths.loss_portfolios.portfolios import Portfolio, PortfolioRisk, YearSimulator
from anlan.maths.loss_portfolios.quantile_tables import quantile_table
from anlan.maths.streams import alias_table
from bench.measure import GIB, PEERS_PYTHON, Row, Table, Target, Worker, take_turns
from bench.serving import serve

RISKS = 100
LOSSES_A_YEAR = 74.0
YEARS = 1_000_000

_Array = NDArray[np.float64]


def risks() -> list[LossSource]:
    """The same 100 risks on every side: rates of very different size, lognormal losses."""
    rates = np.random.default_rng(0).lognormal(-1.0, 1.0, RISKS)
    rates *= LOSSES_A_YEAR / rates.sum()
    return [
        LossSource(float(rate), lognormal_from_mean(50.0 * (1 + i % 7), sigma=1.0))
        for i, rate in enumerate(rates)
    ]


def ours(years: int, threads: int) -> float:
    """Mean of the simulated years."""
    return float(simulate_years(risks(), years=years, seed=0, threads=threads).mean())


def by_risk(years: int, threads: int) -> float:
    """Mean of the simulated years of the portfolio that keeps the loss of each risk."""
    portfolio = Portfolio(
        tuple(
            PortfolioRisk(
                "poisson",
                Distribution("constant", {"value": source.rate}),
                quantile_table(source.severity),
            )
            for source in risks()
        )
    )
    return float(YearSimulator(portfolio, seed=0).run(years, threads=threads).totals.mean())


def bare(years: int, threads: int) -> float:
    """The bare loop over halves of the years."""
    sources = risks()
    table = alias_table([source.rate for source in sources])
    mu = np.array([source.severity.parameters["mu"] for source in sources])
    sigma = np.array([source.severity.parameters["sigma"] for source in sources])
    losses = np.empty(years)
    halves = np.array_split(losses, threads)
    rate = float(sum(source.rate for source in sources))
    with ThreadPoolExecutor(threads) as pool:
        tasks = [
            pool.submit(_bare_loop, np.uint64(seed + 1), half, rate, table.threshold, table.alias, mu, sigma)
            for seed, half in enumerate(halves)
        ]
        for task in tasks:
            task.result()
    return float(losses.mean())


def numpy_alone(years: int) -> float:
    """Vectorised NumPy, in blocks of years that fit the cache of the processor's last level."""
    sources = risks()
    rng = np.random.Generator(np.random.SFC64(0))
    rates = np.array([source.rate for source in sources])
    mu = np.array([source.severity.parameters["mu"] for source in sources])
    losses = np.empty(years)
    for first in range(0, years, 10_000):
        block = losses[first : first + 10_000]
        counts = rng.poisson(rates[:, None], (RISKS, len(block)))
        owner = np.repeat(np.tile(np.arange(len(block)), RISKS), counts.ravel())
        location = np.repeat(np.repeat(mu, len(block)), counts.ravel())
        sizes = np.exp(location + rng.standard_normal(len(location)))
        block[:] = np.bincount(owner, weights=sizes, minlength=len(block))
    return float(losses.mean())


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _rotated(x, k):  # type: ignore[no-untyped-def]
    return (x << np.uint64(k)) | (x >> np.uint64(64 - k))


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _next(s):  # type: ignore[no-untyped-def]
    """A uniform of xoshiro256++ (Blackman & Vigna 2019)."""
    word = _rotated(s[0] + s[3], 23) + s[0]
    t = s[1] << np.uint64(17)
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = _rotated(s[3], 45)
    return np.float64(word >> np.uint64(11)) * 2.0**-53


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _bare_loop(seed, losses, rate, threshold, alias, mu, sigma):  # type: ignore[no-untyped-def]
    s = np.empty(4, np.uint64)
    for i in range(4):
        seed = (seed + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
        s[i] = seed ^ (seed >> np.uint64(29))
    none = np.exp(-rate)
    spare = 0.0
    has_spare = False
    for year in range(len(losses)):
        u, count, probability = _next(s), 0, none
        reached = none
        while u > reached:
            count += 1
            probability *= rate / count
            reached += probability
        total = 0.0
        for _ in range(count):
            place = _next(s) * len(threshold)
            risk = int(place)
            if place - risk >= threshold[risk]:
                risk = alias[risk]
            if has_spare:
                z = spare
                has_spare = False
            else:
                square = 2.0
                while square >= 1.0 or square == 0.0:
                    a, b = 2.0 * _next(s) - 1.0, 2.0 * _next(s) - 1.0
                    square = a * a + b * b
                scale = np.sqrt(-2.0 * np.log(square) / square)
                z, spare, has_spare = a * scale, b * scale, True
            total += np.exp(mu[risk] + sigma[risk] * z)
        losses[year] = total


def annual_loss_table(*, years: int = YEARS, threads: int = 2, rounds: int = 3) -> Table:
    """Ratios of one run; a peer that is not installed is "not run"."""
    expected = sum(source.mean for source in risks())
    with Worker("bench.annual_loss") as mine, Worker("bench.annual_loss") as other:
        for worker, operation in ((mine, "ours"), (mine, "by_risk"), (other, "bare")):
            worker.ask(operation, years=1_000, threads=threads)
        means: dict[str, float] = {}

        def work(worker: Worker, operation: str, **arguments: int) -> float:
            answer = worker.ask(operation, years=years, **arguments)
            means[operation] = answer.value
            peak[operation] = answer.peak_bytes
            return answer.seconds

        peak: dict[str, int | None] = {}
        seconds = take_turns(
            {
                "ours": lambda: work(mine, "ours", threads=threads),
                "by_risk": lambda: work(mine, "by_risk", threads=threads),
                "bare": lambda: work(other, "bare", threads=threads),
                "numpy_alone": lambda: work(other, "numpy_alone"),
            },
            rounds=rounds,
        )
    for name, mean in means.items():
        if abs(mean / expected - 1.0) > 0.01:
            raise RuntimeError(f"{name}: mean {mean}, expected {expected}")
    work_done = f"annual loss, {RISKS} risks x {years:,} years, {threads} threads"
    memory = peak["by_risk"]
    rows = [
        Row(
            work_done, "bare compiled loop, same threads", seconds["ours"] / seconds["bare"],
            target=Target(1.3), ours_s=seconds["ours"], other_s=seconds["bare"],
        ),
        Row(
            f"{work_done}, loss of each risk kept", "bare compiled loop, same threads",
            seconds["by_risk"] / seconds["bare"], target=Target(1.3), ours_s=seconds["by_risk"],
            other_s=seconds["bare"],
        ),
        Row(
            work_done, "NumPy, one thread", seconds["numpy_alone"] / seconds["ours"],
            ours_s=seconds["ours"], other_s=seconds["numpy_alone"], note="times faster",
        ),
        _pyfair_row(work_done, years, seconds["ours"]),
        Row(work_done, "memory", None if memory is None else memory / GIB, unit="GiB", target=Target(0.5)),
    ]  # fmt: skip
    return Table(
        "Annual loss",
        "Compound Poisson losses of 100 lognormal risks, about 74 losses a year. Ours, the bare loop and "
        "NumPy give the same mean, checked in the run.",
        tuple(rows),
    )


def _pyfair_row(work: str, years: int, ours_s: float) -> Row:
    """pyfair, where the environment of peers has it; a tenth of the years, for it needs much memory."""
    target = Target(15.0, at_least=True)
    some = max(1_000, years // 10)
    sources = risks()
    sizes = [[float(x) for x in source.severity.quantile([0.01, 0.3, 0.99])] for source in sources]
    if not PEERS_PYTHON.exists():
        return Row(work, "pyfair", None, target=target, note="not run: no environment of peers")
    try:
        with Worker("bench.peers", python=PEERS_PYTHON) as peer:
            peer.ask("warm", module="pyfair")
            answer = peer.ask("pyfair_years", years=some, rates=[s.rate for s in sources], sizes=sizes)
    except (RuntimeError, OSError) as error:
        return Row(work, "pyfair", None, target=target, note=f"not run: {error}")
    theirs_s = answer.seconds * years / some
    return Row(
        work, "pyfair", theirs_s / ours_s, target=target, ours_s=ours_s, other_s=theirs_s,
        note=f"times faster; its seconds are those of {some:,} years, scaled; it multiplies frequency by "
        "magnitude, which is no compound Poisson",
    )  # fmt: skip


if __name__ == "__main__":
    serve({"ours": ours, "by_risk": by_risk, "bare": bare, "numpy_alone": numpy_alone})
