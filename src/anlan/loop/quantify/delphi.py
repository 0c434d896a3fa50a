"""Delphi rounds: what is fed back to the experts, whether they converge, and what the scores become.

1. Each round every expert scores each risk alone; names are known to nobody but the leader's list.
2. Between rounds each sees median and quartiles of all, the own answer, and the reasons of those outside.
3. Stop when every question has an interquartile range of at most one score and no median moved since the
   last round, or after the last round agreed on; more rounds then change opinions by fatigue, not insight.
4. The score is the median, a half rounded up to the graver one; quartiles become the interval.

Dalkey and Helmer (1963); stability as the stop rule: Dajani, Sincoff and Talley (1979). Agreement among
experts does not make them right: the result says how far they agree, not more.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anlan.maths.agreement import Concordance, MiddleHalf, kendall_w, middle_half

NARROW = 1.0
NARROW_SHARE, STILL_SHARE = 0.5, 0.1
"""Of numbers instead of scores: widest interquartile range and largest movement, as shares of the median."""
FEWEST_EXPERTS = 3


@dataclass(frozen=True)
class Question:
    """Answers to one question in one round; `shift`: movement of the median since the round before.

    values: the answers are numbers of any size, so that narrow and still are shares of the median.
    """

    half: MiddleHalf | None
    shift: float | None
    values: bool = False

    @property
    def settled(self) -> bool:
        """Narrow, and where there was a round before, unmoved."""
        if self.half is None:
            return False
        size = abs(self.half.median)
        narrow = NARROW_SHARE * size if self.values else NARROW
        still = STILL_SHARE * size if self.values else 0.0
        return self.half.iqr <= narrow and (self.shift is None or abs(self.shift) <= still)


@dataclass(frozen=True)
class Round:
    """questions: by their key; w: agreement on the order of the questions, None with too few."""

    questions: Mapping[str, Question]
    w: Concordance | None

    @property
    def stable(self) -> bool:
        """The stop rule holds: every question settled, and compared with a round before."""
        return bool(self.questions) and all(
            q.settled and q.shift is not None for q in self.questions.values()
        )


def sum_up(
    answers: Mapping[str, Mapping[str, float]],
    *,
    before: Mapping[str, Mapping[str, float]] | None = None,
    values: bool = False,
    quantile_type: int = 7,
) -> Round:
    """One round. answers: question -> expert -> score, or number where `values`; `before`: the round before;
    quantile_type: of the quartiles, 1 to 9.

    >>> sum_up({"R": {"a": 90.0, "b": 100.0, "c": 110.0}}, values=True).questions["R"].settled
    True
    """
    questions = {
        key: _question(given, (before or {}).get(key), values, quantile_type)
        for key, given in answers.items()
    }
    return Round(questions, _concordance(answers))


def _question(
    given: Mapping[str, float], before: Mapping[str, float] | None, values: bool, quantile_type: int
) -> Question:
    half = middle_half(list(given.values()), quantile_type=quantile_type) if given else None
    earlier = middle_half(list(before.values())) if before else None
    shift = None if half is None or earlier is None else half.median - earlier.median
    return Question(half, shift, values)


def _concordance(answers: Mapping[str, Mapping[str, float]]) -> Concordance | None:
    """Over the experts who answered every question."""
    complete: set[str] = set.intersection(*(set(given) for given in answers.values())) if answers else set()
    if len(complete) < 2:
        return None
    experts = sorted(complete)
    return kendall_w(np.array([[given[e] for e in experts] for given in answers.values()], dtype=np.float64))


def score_of(half: MiddleHalf) -> int:
    """The median as a score; between two scores the graver one.

    >>> score_of(middle_half([3, 4]))
    4
    """
    return math.floor(half.median + 0.5)


def bounds_of(half: MiddleHalf) -> tuple[int, int]:
    """The quartiles as scores, outwards: what the middle half of the experts would also accept."""
    return math.floor(half.q1), math.ceil(half.q3)


def dissent(reasons: Sequence[tuple[float, str]], half: MiddleHalf) -> list[str]:
    """Reasons given by those outside the middle half: what the others should read before answering again."""
    return [reason for score, reason in reasons if reason and not half.q1 <= score <= half.q3]
