"""Quantify 量化: how often, how bad, what a year costs, alone and together."""
