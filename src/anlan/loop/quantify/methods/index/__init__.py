"""Indices that compare units with each other."""
