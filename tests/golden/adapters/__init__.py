"""One function per golden case: what the product answers to the case's inputs, beside what is expected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Case = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One compared value. tolerance: absolute; `relative` multiplies the size of the expected number."""

    what: str
    expected: Any
    got: Any
    tolerance: float = 0.0
    relative: float = 0.0


ADAPTERS: dict[str, tuple[str, Callable[[Case], Sequence[Check]]]] = {}
"""Case id -> (code of the method or module that answers, function)."""


def golden(
    case: str, *, method: str
) -> Callable[[Callable[[Case], Sequence[Check]]], Callable[[Case], Sequence[Check]]]:
    """Registers an adapter for a case; `method` names what is tested, for the validation table."""

    def register(function: Callable[[Case], Sequence[Check]]) -> Callable[[Case], Sequence[Check]]:
        if case in ADAPTERS:
            raise ValueError(f"{case} has an adapter already")
        ADAPTERS[case] = (method, function)
        return function

    return register
