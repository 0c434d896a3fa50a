"""Yearly loss over risks that depend on each other, by simulation and, where they do not, exactly."""
