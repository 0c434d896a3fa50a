"""Levels by ascending limits of a number, given among the inputs of a method."""

from collections.abc import Sequence

from anlan.loop.quantify.methods.faults import Faults


def check_bands(bounds: Sequence[float] | None, levels: Sequence[str] | None, faults: Faults) -> None:
    """Both or neither; one level more than limits; limits ascend."""
    if bounds is None and levels is None:
        return
    if bounds is None or levels is None:
        faults.add("method.missing_input", where="bounds" if bounds is None else "levels")
        return
    if list(bounds) != sorted(set(bounds)):
        faults.add("method.not_ascending", where="bounds", found=bounds)
    if len(levels) != len(bounds) + 1:
        expected = len(bounds) + 1
        faults.add("method.length", where="levels", found=len(levels), least=expected, most=expected)


def level_of(value: float, bounds: Sequence[float] | None, levels: Sequence[str] | None) -> str | None:
    """The level of a value, each limit belonging to the level above it; None where there are no bands."""
    if bounds is None or levels is None:
        return None
    return levels[sum(value >= bound for bound in bounds)]
