"""Decisions under uncertainty: rolling back a decision tree, and what knowing more is worth."""
