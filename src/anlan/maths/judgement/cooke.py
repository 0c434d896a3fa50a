"""Cooke's classical model: experts weighed by how they did on seed questions whose answers are known.

1. Background of a question: from the lowest to the highest of all quantiles (and the true value), widened by
   `overshoot` times that range on both sides; on a logarithmic scale, the same of the logarithms.
2. An expert's density: even between neighbouring quantiles and out to the background.
3. Calibration: P(chi-square with B - 1 degrees of freedom > 2 N power I(s, p)), where s are the shares of the
   N true values in the B bins between quantiles, p the shares there should be, I the relative information.
   A true value equal to a quantile falls into the bin below it.
4. Information: relative information against the even background, mean over the seed questions.
5. Weight: calibration * information where calibration >= threshold, else 0; item weights take the
   information of each question. The decision maker is the mixture of the experts' densities, and is scored
   as one more expert. The optimised threshold is the expert's calibration that makes this score largest.

Cooke (1991), Experts in Uncertainty; Cooke and Goossens (2008), doi:10.1016/j.ress.2007.03.005.
The degrees of freedom are those of the bins, not of the seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, xlogy

from anlan.domain.errors import NotEnoughData

Floats = NDArray[np.float64]
Weighing = Literal["global", "item", "equal"]


@dataclass(frozen=True, eq=False)
class Elicited:
    """What experts said, on scales where their densities are even (logarithms are taken already).

    levels      (b,) ascending probabilities; quantiles: (experts, questions, b), ascending along b
    truth       (questions,), nan where the answer is not known: a target, not a seed
    """

    levels: Floats
    quantiles: Floats
    truth: Floats
    overshoot: float = 0.1
    power: float = 1.0

    @property
    def seeds(self) -> NDArray[np.bool_]:
        return np.asarray(~np.isnan(self.truth))

    @property
    def bins(self) -> Floats:
        """Probability between neighbouring quantiles, (b + 1,)."""
        return np.diff(np.concatenate([[0.0], self.levels, [1.0]]))

    def background(self) -> tuple[Floats, Floats]:
        """Lower and upper end of each question."""
        low, high = self.quantiles.min(axis=(0, 2)), self.quantiles.max(axis=(0, 2))
        low, high = np.fmin(low, self.truth), np.fmax(high, self.truth)
        reach = self.overshoot * (high - low)
        return low - reach, high + reach

    def without_question(self, place: int) -> "Elicited":
        keep = np.arange(len(self.truth)) != place
        return Elicited(self.levels, self.quantiles[:, keep], self.truth[keep], self.overshoot, self.power)

    def without_expert(self, place: int) -> "Elicited":
        keep = np.arange(len(self.quantiles)) != place
        return Elicited(self.levels, self.quantiles[keep], self.truth, self.overshoot, self.power)


def calibration(quantiles: Floats, of: Elicited) -> Floats:
    """Of each answerer. quantiles: (answerers, questions, b) -> (answerers,)."""
    seeds = of.seeds
    n = int(seeds.sum())
    place = (quantiles[:, seeds] < of.truth[seeds][:, None]).sum(axis=2)
    shares = np.stack([(place == each).mean(axis=1) for each in range(len(of.bins))], axis=1)
    information = (xlogy(shares, shares) - xlogy(shares, of.bins)).sum(axis=1)
    return np.asarray(chdtrc(len(of.bins) - 1, 2 * n * of.power * np.maximum(information, 0.0)))


def information(quantiles: Floats, of: Elicited, background: tuple[Floats, Floats]) -> Floats:
    """Of each answerer on each question, (answerers, questions)."""
    low, high = background
    ends = [np.broadcast_to(end, quantiles.shape[:2])[..., None] for end in (low, high)]
    widths = np.diff(np.concatenate([ends[0], quantiles, ends[1]], axis=2), axis=2)
    return np.asarray(np.log(high - low) + (of.bins * np.log(of.bins / widths)).sum(axis=2))


@dataclass(frozen=True, eq=False)
class DecisionMaker:
    """weights: (experts, questions), summing to 1 over the experts. quantiles: (questions, b).

    calibration, information (mean over seeds), their product `score`, and the threshold in use.
    """

    weights: Floats
    quantiles: Floats
    calibration: float
    information: float
    threshold: float

    @property
    def score(self) -> float:
        return self.calibration * self.information


@dataclass(frozen=True, eq=False)
class Scores:
    """calibration: (experts,); information: (experts, questions); `of_seeds`: its mean over the seeds."""

    calibration: Floats
    information: Floats
    of_seeds: Floats

    @property
    def combined(self) -> Floats:
        return self.calibration * self.of_seeds


def scores(of: Elicited) -> Scores:
    """How each expert did on the seed questions. At least one seed."""
    found = information(of.quantiles, of, of.background())
    return Scores(calibration(of.quantiles, of), found, found[:, of.seeds].mean(axis=1))


def decide(of: Elicited, *, weighing: Weighing, threshold: float | None = None) -> DecisionMaker:
    """The mixture by performance; threshold None: the one with the largest score.

    Errors: NotEnoughData `cooke.nobody` where no expert reaches the threshold with positive weight.
    """
    how = scores(of)
    if weighing == "equal":
        return _mixed(of, np.ones_like(how.information), 0.0)
    if threshold is not None:
        return _weighed(of, how, weighing, threshold)
    candidates = [_weighed(of, how, weighing, each) for each in np.unique(how.calibration) if each > 0]
    if not candidates:
        raise NotEnoughData("cooke.nobody", threshold=0.0, best=float(how.calibration.max()))
    return max(candidates, key=lambda each: each.score)


def _weighed(of: Elicited, how: Scores, weighing: Weighing, threshold: float) -> DecisionMaker:
    kept = (how.calibration >= threshold) & (how.calibration > 0)
    worth = how.information if weighing == "item" else how.of_seeds[:, None] * np.ones_like(how.information)
    weights = np.where(kept[:, None], how.calibration[:, None] * np.maximum(worth, 0.0), 0.0)
    if not bool((weights.sum(axis=0) > 0).all()):
        raise NotEnoughData("cooke.nobody", threshold=threshold, best=float(how.calibration.max()))
    return _mixed(of, weights, threshold)


def _mixed(of: Elicited, weights: Floats, threshold: float) -> DecisionMaker:
    background = of.background()
    shares = weights / weights.sum(axis=0)
    quantiles = np.stack(
        [
            mixture_quantiles(
                of.quantiles[:, q], of.levels, shares[:, q], low=background[0][q], high=background[1][q]
            )
            for q in range(len(of.truth))
        ]
    )
    found = quantiles[None]
    informed = information(found, of, background)[0][of.seeds].mean()
    return DecisionMaker(shares, quantiles, float(calibration(found, of)[0]), float(informed), threshold)


def mixture_quantiles(
    quantiles: Floats, levels: Floats, shares: Floats, *, low: float, high: float
) -> Floats:
    """Quantiles at `levels` of the mixture of one question; exact, its distribution function being straight
    between all points anyone named. quantiles: (experts, b)."""
    chosen = quantiles[shares > 0]
    points = np.unique(np.concatenate([[low], chosen.ravel(), [high]]))
    heights = np.concatenate([[0.0], levels, [1.0]])
    cumulated = np.zeros(len(points))
    for row, share in zip(chosen, shares[shares > 0], strict=True):
        cumulated += share * np.interp(points, np.concatenate([[low], row, [high]]), heights)
    return np.asarray(np.interp(levels, cumulated, points))


def left_out(
    of: Elicited, *, weighing: Weighing, threshold: float | None, experts: Sequence[int] = (),
    seeds: Sequence[int] = (),
) -> list[DecisionMaker | None]:  # fmt: skip
    """The decision maker without each expert, then without each seed; None where nobody remains."""
    smaller = [of.without_expert(each) for each in experts] + [of.without_question(each) for each in seeds]
    found: list[DecisionMaker | None] = []
    for each in smaller:
        try:
            found.append(decide(each, weighing=weighing, threshold=threshold))
        except NotEnoughData:
            found.append(None)
    return found
