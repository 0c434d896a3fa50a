"""What no spec may hold, wherever it came from: a file, a form or a program."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from anlan.formats.settings_document import DEEPEST, LARGEST_INTEGER, is_half_a_sign
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import LONGEST_TEXT

_SHOWN = 60


def check_values(document: Mapping[str, Any]) -> None:
    """Errors: RefusedInputs with numbers that are not finite or need more than 64 bits, texts that no file
    or database takes, entries deeper than a file of settings has them."""
    faults = Faults()
    for where, value, depth in _walk(document):
        place = where[:_SHOWN] or "spec"
        if depth > DEEPEST:
            faults.add("method.too_deep", where=place, most=DEEPEST)
        elif isinstance(value, str) and _is_no_text(value):
            faults.add("method.not_a_text", where=place, found=ascii(value)[:_SHOWN], most=LONGEST_TEXT)
        elif isinstance(value, float) and not math.isfinite(value):
            faults.add("method.not_a_number", where=place, found=str(value))
        elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            faults.add("method.outside", where=place, found=f"2^{value.bit_length() - 1}…", limits="±2^63")
    faults.raise_any()


def _is_no_text(value: str) -> bool:
    """Half of a sign, which no file takes, or the character NUL, which no database does."""
    return "\0" in value or is_half_a_sign(value)


def _walk(document: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """(place, value, depth) of every name and value, in their order, without recursion."""
    left: list[tuple[str, Any, int]] = [("", document, 0)]
    while left:
        where, value, depth = left.pop()
        yield where, value, depth
        if depth > DEEPEST:
            continue
        if isinstance(value, Mapping):
            names = [str(name) for name in value]
            yield from (("spec", name, depth) for name in names if _is_no_text(name))
            below = [(f"{where}.{name}" if where else name) for name in names]
            left += [(name, each, depth + 1) for name, each in zip(below, value.values(), strict=True)][::-1]
        elif isinstance(value, list | tuple):
            left += [(f"{where}[{n}]", each, depth + 1) for n, each in enumerate(value, start=1)][::-1]
