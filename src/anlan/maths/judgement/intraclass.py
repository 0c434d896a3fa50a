"""Intraclass correlation: which share of the spread of ratings lies between the things rated.

Six forms (Shrout and Fleiss 1979, doi:10.1037/0033-2909.86.2.420), because the same table gives .17 to .91:
(1,.) every object has its own raters; (2,.) the raters are a sample of many, and differences of their level
count as error; (3,.) these raters are the only ones, and only the order of objects counts. (.,1) speaks of
one rater's answer, (.,k) of the mean of all k. Intervals from F; those of (2,.) use Satterthwaite's degrees
of freedom and are approximate with few raters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, fdtri

from anlan.domain.errors import NotEnoughData

LEAST = -1.0
"""Of the mean of raters: below this, and where the formula has no value, there is no agreement to measure."""
FORMS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")


@dataclass(frozen=True)
class Intraclass:
    """icc with limits at `level`; f, df1, df2 and p test that it is 0."""

    icc: float
    low: float
    high: float
    f: float
    df1: float
    df2: float
    p: float


@dataclass(frozen=True)
class MeanSquares:
    """n objects, k raters; mean squares between objects, between raters, within objects, residual."""

    n: int
    k: int
    objects: float
    raters: float
    within: float
    residual: float


def mean_squares(ratings: NDArray[np.float64]) -> MeanSquares:
    """Two-way table of ratings: (n objects, k raters), complete, n and k at least 2."""
    n, k = ratings.shape
    whole = ratings.mean()
    objects = k * float(((ratings.mean(axis=1) - whole) ** 2).sum())
    raters = n * float(((ratings.mean(axis=0) - whole) ** 2).sum())
    parts = ratings - ratings.mean(axis=1, keepdims=True) - ratings.mean(axis=0) + whole
    residual = float((parts**2).sum())
    return MeanSquares(
        n,
        k,
        objects / (n - 1),
        raters / (k - 1),
        (raters + residual) / (n * (k - 1)),
        residual / ((n - 1) * (k - 1)),
    )


def intraclass(ratings: NDArray[np.float64], *, level: float = 0.95) -> Mapping[str, Intraclass]:
    """All six forms by their name. ratings: (n objects, k raters), complete.

    Errors: NotEnoughData where raters agree without any residual or the objects do not differ at all:
    then F has no value.
    """
    squares = mean_squares(ratings)
    floor = 1e-12 * max(float(np.abs(ratings).max()) ** 2, 1e-12)
    if squares.residual <= floor or squares.objects <= floor:
        raise NotEnoughData("agreement.no_variation", objects=squares.n, raters=squares.k)
    tail = (1 - level) / 2
    single = {"1": _one_way(squares, tail), "2": _two_way_random(squares, tail), "3": _fixed(squares, tail)}
    return {
        f"{model},{many}": found if many == "1" else _of_the_mean(found, squares.k)
        for many in ("1", "k")
        for model, found in single.items()
    }


def _from_f(ratio: float, k: int) -> float:
    return (ratio - 1) / (ratio + k - 1)


def _by_f(ratio: float, k: int, df1: float, df2: float, tail: float) -> Intraclass:
    """The form whose estimate and limits all follow from one F ratio."""
    low = ratio / float(fdtri(df1, df2, 1 - tail))
    high = ratio * float(fdtri(df2, df1, 1 - tail))
    p = float(fdtrc(df1, df2, ratio))
    return Intraclass(_from_f(ratio, k), _from_f(low, k), _from_f(high, k), ratio, df1, df2, p)


def _one_way(s: MeanSquares, tail: float) -> Intraclass:
    return _by_f(s.objects / s.within, s.k, s.n - 1, s.n * (s.k - 1), tail)


def _fixed(s: MeanSquares, tail: float) -> Intraclass:
    return _by_f(s.objects / s.residual, s.k, s.n - 1, (s.n - 1) * (s.k - 1), tail)


def _two_way_random(s: MeanSquares, tail: float) -> Intraclass:
    """Limits of McGraw and Wong (1996), case 2, whose denominator is a sum of two mean squares."""
    n, k = s.n, s.k
    icc = (s.objects - s.residual) / (s.objects + (k - 1) * s.residual + k * (s.raters - s.residual) / n)
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    mixed = (a * s.raters) ** 2 / (k - 1) + (b * s.residual) ** 2 / ((n - 1) * (k - 1))
    v = (a * s.raters + b * s.residual) ** 2 / mixed
    up, down = float(fdtri(n - 1, v, 1 - tail)), float(fdtri(v, n - 1, 1 - tail))
    rest = k * s.raters + (k * n - k - n) * s.residual
    low = n * (s.objects - up * s.residual) / (up * rest + n * s.objects)
    high = n * (down * s.objects - s.residual) / (rest + n * down * s.objects)
    ratio, df2 = s.objects / s.residual, (n - 1) * (k - 1)
    return Intraclass(icc, low, high, ratio, n - 1, df2, float(fdtrc(n - 1, df2, ratio)))


def _of_the_mean(one: Intraclass, k: int) -> Intraclass:
    """Spearman and Brown: from one rater to the mean of k."""
    icc, low, high = (_stepped_up(r, k) for r in (one.icc, one.low, one.high))
    return Intraclass(icc, low, high, one.f, one.df1, one.df2, one.p)


def _stepped_up(r: float, k: int) -> float:
    whole = 1 + (k - 1) * r
    return max(k * r / whole, LEAST) if whole > 0 else LEAST
