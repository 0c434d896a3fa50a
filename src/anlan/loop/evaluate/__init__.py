"""Evaluate 效果评估: how far the findings hold from one half of the log to the other."""

from anlan.loop.evaluate.halves import Half, choose_cases, split_at
from anlan.loop.evaluate.stability import (
    FORMULA_VERSION,
    VERDICTS,
    FindingStability,
    compare_halves,
    compare_periods,
)

__all__ = [
    "FORMULA_VERSION",
    "VERDICTS",
    "FindingStability",
    "Half",
    "choose_cases",
    "compare_periods",
    "split_at",
    "compare_halves",
]
