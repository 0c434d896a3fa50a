"""Discrete Bayesian networks: exact probabilities, the most probable explanation, sensitivity to an entry."""
