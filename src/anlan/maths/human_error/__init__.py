"""Probability of human error: HEART, SPAR-H, and how one step depends on the step before (THERP)."""
