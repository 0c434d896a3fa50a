"""Treat 优化策略: the best set of measures under a budget, and the frontier over budgets."""
