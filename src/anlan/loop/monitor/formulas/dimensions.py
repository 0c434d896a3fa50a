"""Whether the units of a formula fit: seconds are added to seconds, and money per case is no share.

A dimension is the power of time, cases, money and score: s/cases is (1, -1, 0, 0). A share and a plain number
have none. What a comparison gives is a truth, which only `if`, `and`, `or` and `not` take.
"""

from collections.abc import Mapping

from anlan.domain.errors import RefusedInput
from anlan.loop.monitor.formulas.reading import COMPARISONS, OVER_WINDOW
from anlan.loop.monitor.formulas.tree import Call, Named, Node, Number

Dimension = tuple[int, ...]
NONE: Dimension = (0, 0, 0, 0)
TRUTH: Dimension = ()
OF_MEASURE: Mapping[str, Dimension] = {
    "": NONE, "share": NONE, "number": NONE, "s": (1, 0, 0, 0), "cases": (0, 1, 0, 0),
    "per_case": (0, -1, 0, 0), "money": (0, 0, 1, 0), "score": (0, 0, 0, 1),
}  # fmt: skip
_NAMES = ("s", "cases", "money", "score")


def dimension_said(found: Dimension) -> str:
    """`s/cases`, `1/cases`, `1` for none, `true/false`."""
    if found == TRUTH:
        return "true/false"
    above = [_power(name, n) for name, n in zip(_NAMES, found, strict=True) if n > 0]
    below = [_power(name, -n) for name, n in zip(_NAMES, found, strict=True) if n < 0]
    return "*".join(above or ["1"]) + "".join(f"/{each}" for each in below)


def _power(name: str, n: int) -> str:
    return name if n == 1 else f"{name}^{n}"


def check_units(tree: Node, units: Mapping[str, str], *, result: str) -> None:
    """units: measure of each indicator by code; result: measure of the formula.

    Errors: RefusedInput `formula.units`, `.result`, `.window`, `.over`, `.constant`.
    """
    found = _of(tree, units)
    accepted = OF_MEASURE[result]
    if found != accepted:
        raise RefusedInput(
            "formula.result", found=dimension_said(found), accepted=dimension_said(accepted), unit=result
        )


def _of(node: Node, units: Mapping[str, str]) -> Dimension:
    if isinstance(node, Number):
        return OF_MEASURE[node.measure]
    if isinstance(node, Named):
        if node.over_s:
            raise RefusedInput("formula.over", place=node.place, found=node.code, accepted=OVER_WINDOW)
        return OF_MEASURE[units[node.code]]
    if node.name in OVER_WINDOW and isinstance(node.parts[0], Named) and node.parts[0].over_s:
        return _window(node, node.parts[0], units)
    parts = [_of(part, units) for part in node.parts]
    if node.name in ("*", "/", "ratio"):
        return _product(node, parts)
    if node.name in ("and", "or", "not"):
        for part, found in zip(node.parts, parts, strict=True):
            _same(part, found, TRUTH)
        return TRUTH
    if node.name == "if":
        _same(node.parts[0], parts[0], TRUTH)
        parts, rest = parts[1:], node.parts[1:]
    else:
        rest = node.parts
    return _alike(node, rest, parts)


def _window(node: Call, over: Named, units: Mapping[str, str]) -> Dimension:
    is_quantile = node.name == "quantile"
    if is_quantile:
        q = node.parts[1]
        if not isinstance(q, Number) or OF_MEASURE[q.measure] != NONE or not 0 <= q.value <= 1:
            raise RefusedInput("formula.share", place=q.place)
    elif len(node.parts) > 1:
        raise RefusedInput("formula.window", place=node.place, name=node.name)
    return OF_MEASURE[units[over.code]]


def _product(node: Call, parts: list[Dimension]) -> Dimension:
    for part, found in zip(node.parts[:2], parts[:2], strict=True):
        if found == TRUTH:
            _same(part, found, NONE)
    if len(node.parts) == 3:
        fewest = node.parts[2]
        if not isinstance(fewest, Number) or fewest.measure not in ("", "cases", "number"):
            raise RefusedInput("formula.constant", place=fewest.place)
    sign = 1 if node.name == "*" else -1
    return tuple(a + sign * b for a, b in zip(parts[0], parts[1], strict=True))


def _alike(node: Call, parts: tuple[Node, ...], found: list[Dimension]) -> Dimension:
    """Parts of one dimension, which is that of the whole, but for a comparison."""
    if node.name == "quantile":
        raise RefusedInput("formula.needs_window", place=node.place, name=node.name)
    for part, each in zip(parts, found, strict=True):
        _same(part, each, NONE if each == TRUTH else found[0])
    return TRUTH if node.name in COMPARISONS else found[0]


def _same(part: Node, found: Dimension, accepted: Dimension) -> None:
    if found != accepted:
        raise RefusedInput(
            "formula.units", place=part.place, found=dimension_said(found), accepted=dimension_said(accepted)
        )
