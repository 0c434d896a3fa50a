"""Numeric tools without a service word: sequences, streams, distributions, charts, optimisation."""
