"""Decisions under several criteria: weights from comparisons or data, rankings, and how firm they are."""
