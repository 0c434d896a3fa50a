"""Matrices of published standards as data, cell by cell as printed, each with its edition.

Public copies of such tables are often wrong; a golden case holds each one.
"""

from collections.abc import Mapping
from typing import Any

PRESETS: Mapping[str, Mapping[str, Any]] = {
    # MIL-STD-882E (2012), table III, rows from the least to the most likely, columns from the least to the
    # most grave. F is a hazard eliminated by design: it stays in the table so that its place is kept.
    "mil_std_882e": {
        "likelihood_labels": ("F", "E", "D", "C", "B", "A"),
        "severity_labels": ("4", "3", "2", "1"),
        "levels": ("Eliminated", "Low", "Medium", "Serious", "High"),
        "cells": (
            ("Eliminated", "Eliminated", "Eliminated", "Eliminated"),
            ("Low", "Medium", "Medium", "Medium"),
            ("Low", "Medium", "Medium", "Serious"),
            ("Low", "Medium", "Serious", "High"),
            ("Medium", "Serious", "High", "High"),
            ("Medium", "Serious", "High", "High"),
        ),
    },
}
"""Name -> labels and cells of the matrix."""

NAMES = ("likelihood_labels", "severity_labels", "levels", "cells")
"""What a preset gives, and a user without one must give."""
