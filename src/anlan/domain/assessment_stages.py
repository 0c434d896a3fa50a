"""The stages in which a risk is assessed."""

STAGES = ("inherent", "current", "residual_expected", "residual_observed")
"""In their order: without controls, as it is, after planned measures, as measured after them."""
