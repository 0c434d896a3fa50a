"""Treat 优化策略: the best set of measures under a budget, and the frontier over budgets.

plan = plan_treatments(risks, links_by_risk, unit=portfolio.unit, budget=60.0)
"""

from anlan.loop.treat.plan import PERSON_DAYS, plan_treatments, shared_reduction

__all__ = ["PERSON_DAYS", "plan_treatments", "shared_reduction"]
