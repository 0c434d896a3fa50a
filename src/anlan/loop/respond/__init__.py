"""Respond 应急: which emergency-plan outlines answer the risks that were found."""

from anlan.loop.respond.plans import (
    APPLIES,
    HIGH_LEVELS,
    KEEP_READY,
    ApplicablePlan,
    applicable_plans,
    risks_without_plan,
)

__all__ = [
    "APPLIES",
    "HIGH_LEVELS",
    "KEEP_READY",
    "ApplicablePlan",
    "applicable_plans",
    "risks_without_plan",
]
