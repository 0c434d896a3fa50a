"""`--time-format` patterns: the directives of strptime that say a time, compiled to steps."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.formats.reading import times_pattern_kernels as steps_of

_FIELDS = {
    "Y": steps_of.YEAR,
    "y": steps_of.SHORT_YEAR,
    "m": steps_of.MONTH,
    "d": steps_of.DAY,
    "e": steps_of.DAY,
    "H": steps_of.HOUR,
    "I": steps_of.HALF_HOUR,
    "M": steps_of.MINUTE,
    "S": steps_of.SECOND,
    "f": steps_of.MICRO,
    "p": steps_of.HALF_DAY,
    "z": steps_of.ZONE,
    "b": steps_of.MONTH_NAME,
    "B": steps_of.MONTH_NAME,
    "h": steps_of.MONTH_NAME,
}
_SHORT = {"%T": "%H:%M:%S", "%R": "%H:%M", "%D": "%m/%d/%y", "%F": "%Y-%m-%d"}
_NARROW = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}


@cache
def pattern_steps(pattern: str) -> NDArray[np.int64]:
    """Steps of a pattern; UsageError where it has an unknown directive or does not name a date."""
    text = "".join(_NARROW.get(letter, letter) for letter in pattern.strip())
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    steps: list[int] = []
    letters = iter(text)
    for letter in letters:
        if letter == "%":
            steps += _field(next(letters, ""), pattern)
        elif letter.isspace():
            steps.append(steps_of.BLANK)
        else:
            steps += letter.encode()
    _check_complete(steps, pattern)
    return np.array(steps, np.int64)


def _field(letter: str, pattern: str) -> list[int]:
    if letter == "%":
        return [ord("%")]
    if letter not in _FIELDS:
        raise UsageError("option.time_format", found=pattern)
    return [_FIELDS[letter]]


def _check_complete(steps: list[int], pattern: str) -> None:
    """A date needs year, month and day; the zone comes last; AM/PM and a 12-hour clock go together."""
    has_year = steps_of.YEAR in steps or steps_of.SHORT_YEAR in steps
    has_month = steps_of.MONTH in steps or steps_of.MONTH_NAME in steps
    zone_last = steps_of.ZONE not in steps[:-1]
    halves = (steps_of.HALF_HOUR in steps) == (steps_of.HALF_DAY in steps)
    if not (has_year and has_month and steps_of.DAY in steps and zone_last and halves):
        raise UsageError("option.time_format", found=pattern)
