"""Judgements by degrees."""
