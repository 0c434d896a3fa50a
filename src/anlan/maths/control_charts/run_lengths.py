"""Average run length (ARL): how many points until a chart signals, as a function of the shift of the mean.

Shifts are in sigma of a point; at shift 0 the ARL is the mean distance of two false alarms. Points are
independent and normal: positive autocorrelation brings false alarms sooner. All start at the centre
(zero state), or at the head start.

    cusum_arl(k=0.5, h=4.0, shift=1.0)               # 8.38
    ewma_arl(weight=0.25, width=3.0, shift=1.0)      # limits of the steady state
    run_rules_arl(WESTERN_ELECTRIC, shift=0.0)       # 91.75, exact
    simulated_arl(NELSON, shift=0.0, stream=stream)  # rules on trends, with an interval

Source: Crowder (1987), doi:10.1080/00401706.1987.10488267 (integral equation of the EWMA, solved by
Nystroem's method with Gauss-Legendre nodes); Lucas and Crosier (1982), doi:10.1080/00401706.1982.10487759
(two-sided CUSUM with head start); Champ and Woodall (1987), doi:10.1080/00401706.1987.10488266.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve
from scipy.special import ndtr

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.domain.interval import Interval
from anlan.maths.control_charts.run_rules import RunRule, fires
from anlan.maths.rates import z_of
from anlan.maths.streams import Stream

Floats = NDArray[np.float64]

MOST_STATES = 200_000
BLOCK = 64
PURPOSE = 7_201
"""Address of the draws of simulated charts in their stream."""


def shewhart_arl(shift: float, *, width: float = 3.0) -> float:
    """ARL of a point beyond `width` sigma."""
    return 1.0 / float(ndtr(-width - shift) + ndtr(shift - width))


def ewma_arl(*, weight: float, width: float, shift: float = 0.0, start: float = 0.0) -> float:
    """ARL of a two-sided EWMA chart with limits `width` sqrt(weight / (2 - weight)) of the steady state.

    weight  of the newest point, 0 < weight <= 1;  start: in sigma of a point, inside the limits
    """
    if not (0 < weight <= 1 and width > 0):
        raise UsageError("spc.ewma", weight=weight, width=width)
    limit = width * math.sqrt(weight / (2.0 - weight))
    x, w = _nodes(-limit, limit, 80 + 12 * limit / weight)

    def arrive(begin: Floats) -> Floats:
        ends = (x[None, :] - (1.0 - weight) * begin[:, None]) / weight - shift
        return _density(ends) / weight * w[None, :]

    inner = np.linalg.solve(np.eye(len(x)) - arrive(x), np.ones(len(x)))
    return 1.0 + float((arrive(np.array([start])) @ inner)[0])


def cusum_arl(
    *, k: float, h: float, shift: float = 0.0, headstart: float = 0.0, two_sided: bool = True
) -> float:
    """ARL of a tabular CUSUM with reference value `k`, decision interval `h` and `headstart` below h, all
    in sigma; one-sided: for shifts upwards."""
    if not (h > 0 and k >= 0 and 0 <= headstart < h):
        raise UsageError("spc.cusum", k=k, h=h, headstart=headstart)
    up, up_zero = _one_sided(k, h, shift, headstart)
    if not two_sided:
        return up
    down, down_zero = _one_sided(k, h, -shift, headstart)
    return (up * down_zero + up_zero * down - up_zero * down_zero) / (up_zero + down_zero)


def _one_sided(k: float, h: float, shift: float, headstart: float) -> tuple[float, float]:
    """ARL from the head start, and from zero."""
    x, w = _nodes(0.0, h, 60 + 12 * h)

    def arrive(begin: Floats) -> Floats:
        inside = _density(x[None, :] + k - begin[:, None] - shift) * w[None, :]
        return np.concatenate([ndtr(k - begin - shift)[:, None], inside], axis=1)

    all_starts = np.concatenate([[0.0], x])
    lengths = np.linalg.solve(np.eye(len(all_starts)) - arrive(all_starts), np.ones(len(all_starts)))
    return 1.0 + float((arrive(np.array([headstart])) @ lengths)[0]), float(lengths[0])


def run_rules_arl(rules: Sequence[RunRule], *, shift: float = 0.0) -> float:
    """Exact ARL of rules that count points in zones, together: a Markov chain over what they remember.

    Trends and alternations remember a number, not a zone: `simulated_arl`.
    """
    trackers = [(rule, side) for rule in rules for side in rule.sides]
    if not trackers or any(rule.pattern not in ("same_side", "either_side") for rule in rules):
        raise UsageError("spc.not_markov", rules=tuple(rule.code for rule in rules))
    chances, hits = _zones(trackers, shift)
    states: dict[tuple[int, ...], int] = {(0,) * len(trackers): 0}
    queue, moves = list(states), []
    for number, state in enumerate(queue):
        for chance, hit in zip(chances, hits, strict=True):
            after = _remember(trackers, state, hit)
            if after is None or not chance > 0:
                continue
            if after not in states:
                states[after] = len(states)
                queue.append(after)
            moves.append((number, states[after], chance))
        if len(states) > MOST_STATES:
            raise UsageError("spc.too_many_states", most=MOST_STATES)
    rows, columns, values = zip(*moves, strict=True)
    stay = csr_array((values, (rows, columns)), shape=(len(states), len(states)))
    return float(spsolve((eye_array(len(states)) - stay).tocsc(), np.ones(len(states)))[0])


def _zones(trackers: Sequence[tuple[RunRule, int]], shift: float) -> tuple[Floats, list[tuple[bool, ...]]]:
    """Chance of each zone between the borders of all rules, and for which trackers it counts."""
    borders = {0.0} | {
        sign * edge for rule, _ in trackers for edge in (rule.low, rule.high) for sign in (1, -1)
    }
    edges = sorted({-math.inf, math.inf} | borders)
    chances = np.diff(ndtr(np.array(edges) - shift))
    middles = [_inside(low, high) for low, high in pairwise(edges)]
    hits = [tuple(_counts(rule, side, middle) for rule, side in trackers) for middle in middles]
    return chances, hits


def _inside(low: float, high: float) -> float:
    if math.isinf(low) or math.isinf(high):
        return high - 1.0 if math.isinf(low) else low + 1.0
    return (low + high) / 2.0


def _counts(rule: RunRule, side: int, z: float) -> bool:
    place = side * z if side else abs(z)
    return rule.low < place < rule.high


def _remember(
    trackers: Sequence[tuple[RunRule, int]], state: tuple[int, ...], hit: tuple[bool, ...]
) -> tuple[int, ...] | None:
    """Hits of the last points as bits, the newest lowest, without those that can no longer matter; None
    where a rule fires."""
    after = []
    for (rule, _), bits, counts in zip(trackers, state, hit, strict=True):
        now = (bits << 1 | counts) & ((1 << rule.window) - 1)
        if counts and now.bit_count() >= rule.needed:
            return None
        after.append(_useful(now, rule))
    return tuple(after)


def _useful(bits: int, rule: RunRule) -> int:
    """Drop the oldest hits as long as even a row of hits from now on comes too late for them."""
    while bits:
        age = bits.bit_length()
        if age < rule.window and bits.bit_count() + rule.window - age >= rule.needed:
            break
        bits &= ~(1 << (age - 1))
    return bits


def simulated_arl(
    rules: Sequence[RunRule], *, stream: Stream, shift: float = 0.0, runs: int = 1_000,
    most: int = 100_000, level: float = 0.95,
) -> Interval:  # fmt: skip
    """ARL of any rules together from `runs` simulated charts, with the interval of the mean.

    most  points of a run; where one has not signalled by then there is no answer
    """
    reach = max(rule.window for rule in rules)
    length = np.zeros(runs)
    alive = np.arange(runs)
    before = np.zeros((runs, 0))
    for start in range(0, most, BLOCK):
        drawn = [stream.normal(runs, purpose=PURPOSE, draw=start + t)[alive] for t in range(BLOCK)]
        z = np.concatenate([before, np.stack(drawn, axis=1) + shift], axis=1)
        signals = np.any([fires(rule, z, side) for rule in rules for side in rule.sides], axis=0)
        signals = signals[:, before.shape[1] :]
        ended = signals.any(axis=1)
        length[alive[ended]] = start + 1 + signals[ended].argmax(axis=1)
        alive, before = alive[~ended], z[~ended, -(reach - 1) :] if reach > 1 else z[~ended, :0]
        if not len(alive):
            half = z_of(level) * float(length.std(ddof=1)) / math.sqrt(runs)
            return Interval(
                float(length.mean()), float(length.mean()) - half, float(length.mean()) + half, level
            )
    raise NotEnoughData("spc.no_signal", runs=len(alive), most=most)


def _nodes(low: float, high: float, n: float) -> tuple[Floats, Floats]:
    x, w = np.polynomial.legendre.leggauss(min(int(n), 2_000))
    return low + (high - low) * (x + 1.0) / 2.0, w * (high - low) / 2.0


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))
