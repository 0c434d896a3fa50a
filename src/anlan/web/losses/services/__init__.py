"""Writing: numbers of risks, what joins them, what is tolerated, and loss years."""

from anlan.web.losses.services.calculating import calculate
from anlan.web.losses.services.numbers import give_numbers, withdraw_numbers
from anlan.web.losses.services.versions import (
    dependence_of,
    set_dependence,
    set_tolerance,
    tolerance_of,
)

__all__ = [
    "calculate", "dependence_of", "give_numbers", "set_dependence", "set_tolerance", "tolerance_of",
    "withdraw_numbers",
]  # fmt: skip
