"""The tree of a formula. `place` is the sign of the text where a part begins, counted from 1."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """value: in the kept unit of its measure; measure: as in `measures.UNITS`, empty for a plain number."""

    value: float
    measure: str
    place: int


@dataclass(frozen=True)
class Named:
    """The reading of an indicator in the period.

    lag_s   how many seconds earlier the period lies; over_s: seconds of a window that ends with the period
    """

    code: str
    place: int
    lag_s: int = 0
    over_s: int = 0


@dataclass(frozen=True)
class Call:
    """A sign (`+`, `and`, `neg`) or a function with what it works on."""

    name: str
    parts: "tuple[Node, ...]"
    place: int


Node = Number | Named | Call


def named_in(node: Node) -> Iterator[Named]:
    """Every mention of an indicator, in the order of the text."""
    if isinstance(node, Named):
        yield node
    elif isinstance(node, Call):
        for part in node.parts:
            yield from named_in(part)
