"""Indicators that would need themselves."""

from collections.abc import Mapping, Sequence


def cycle_in(needs: Mapping[str, Sequence[str]], start: str) -> tuple[str, ...]:
    """The way from an indicator back to itself, `(A, B, A)`; empty where there is none.

    needs: codes that each formula names.
    """
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for code in needs.get(way[-1], ()):
            if code == start:
                return (*way, code)
            if code not in seen:
                seen.add(code)
                ways.append((*way, code))
    return ()
