"""The text of a formula as a tree; nothing of it is ever executed.

    whole    := every ("or" every)*
    every    := compared ("and" compared)*
    compared := "not" compared | sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)?
    sum      := product (("+" | "-") product)*
    product  := signed (("*" | "/") signed)*
    signed   := "-" signed | atom
    atom     := number [unit] | indicator ["over" time] | function "(" whole ("," whole)* ")" | "(" whole ")"

An indicator is named by its code, `KI-0003`; `over 7 d` takes its readings of a window that ends with the
period. Units are those of `measures.UNITS`. Functions: see `FUNCTIONS`. Full-width signs, × ÷ ≤ ≥ ≠ are read
as their plain forms.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NoReturn

from anlan.domain.errors import RefusedInput
from anlan.loop.monitor.formulas.tree import Call, Named, Node, Number, named_in
from anlan.loop.monitor.measures import UNITS

LONGEST = 1_000
DEEPEST = 20
MOST_TOKENS = 200
"""So that a tree, however its parts are chained, is never deeper than half of it."""
MOST_NAMED = 12
"""Different indicators in a formula."""
LONGEST_REACH_S = 400 * 86_400

FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "if": (3, 3), "min": (1, 12), "max": (1, 12), "mean": (1, 12), "sum": (1, 12), "quantile": (2, 2),
    "ratio": (2, 3), "lag": (2, 2), "instead": (2, 2), "abs": (1, 1),
}  # fmt: skip
"""Name -> fewest and most arguments."""

OVER_WINDOW = ("min", "max", "mean", "sum", "quantile")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
MEASURE_OF = {sent: kept for kept, known in UNITS.items() for sent in known}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<code>KI-\d+)|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign><=|>=|==|!=|\S))"
)
_PLAIN = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-"})
_WIDE = {"≤": "<=", "≥": ">=", "≠": "!=", "=": "=="}


def read_formula(text: str) -> Node:
    """The tree of a text. Errors: RefusedInput `formula.*`, with the sign where the fault is."""
    if len(text) > LONGEST:
        raise RefusedInput("formula.long", found=len(text), most=LONGEST)
    reader = _Reader("".join(_plain(sign) for sign in text))
    tree = reader.whole(0)
    reader.end()
    codes = {each.code for each in named_in(tree)}
    if not codes:
        raise RefusedInput("formula.names_none")
    if len(codes) > MOST_NAMED:
        raise RefusedInput("formula.names_many", found=len(codes), most=MOST_NAMED)
    return tree


def _plain(sign: str) -> str:
    """One sign for one sign, so that places hold."""
    found = unicodedata.normalize("NFKC", sign).translate(_PLAIN)
    return found if len(found) == 1 else sign


class _Reader:
    """Recursive descent over tokens (kind, text, place); the last one is the end, of no kind."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            (found.lastgroup or "", found[found.lastgroup or 0], found.start(found.lastgroup or 0) + 1)
            for found in _TOKEN.finditer(text)
        ]
        if len(self._tokens) > MOST_TOKENS:
            raise RefusedInput("formula.parts", found=len(self._tokens), most=MOST_TOKENS)
        self._tokens.append(("", "", len(text) + 1))
        self._next = 0

    def whole(self, depth: int) -> Node:
        self._not_too_deep(depth)
        return self._chain(("or",), lambda: self._chain(("and",), lambda: self._compared(depth)))

    def end(self) -> None:
        if self._kind:
            self._refuse("operator")

    @property
    def _kind(self) -> str:
        return self._tokens[self._next][0]

    @property
    def _text(self) -> str:
        found = self._tokens[self._next][1]
        return _WIDE.get(found, found)

    @property
    def _place(self) -> int:
        return self._tokens[self._next][2]

    def _take(self, *accepted: str) -> str:
        """The token, passed, where it is one of these; else empty."""
        found = self._text if self._kind in ("sign", "word") else ""
        if found not in accepted:
            return ""
        self._next += 1
        return found

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        found = part()
        while True:
            place = self._place
            sign = self._take(*signs)
            if not sign:
                return found
            found = Call(sign, (found, part()), place)

    def _compared(self, depth: int) -> Node:
        self._not_too_deep(depth)
        place = self._place
        if self._take("not"):
            return Call("not", (self._compared(depth + 1),), place)
        left, place = self._sum(depth), self._place
        sign = self._take(*COMPARISONS)
        return Call(sign, (left, self._sum(depth)), place) if sign else left

    def _sum(self, depth: int) -> Node:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), lambda: self._signed(depth)))

    def _signed(self, depth: int) -> Node:
        self._not_too_deep(depth)
        place = self._place
        if self._take("-"):
            return Call("neg", (self._signed(depth + 1),), place)
        return self._atom(depth)

    def _atom(self, depth: int) -> Node:
        kind, text, place = self._kind, self._text, self._place
        if kind == "number":
            return self._number()
        if kind == "code":
            self._next += 1
            over = self._time() if self._take("over") else 0
            return Named(text, place, over_s=over)
        if kind == "word":
            return self._call(text, place, depth)
        if self._take("("):
            found = self.whole(depth + 1)
            self._close()
            return found
        return self._refuse("value")

    def _number(self) -> Number:
        text, place = self._text, self._place
        value = float(text)
        if not value <= 1e15:
            raise RefusedInput("formula.number", place=place, found=text[:40])
        self._next += 1
        unit = self._text if self._text == "%" or self._kind == "word" else ""
        if unit in MEASURE_OF:
            self._next += 1
            measure = MEASURE_OF[unit]
            return Number(value * UNITS[measure][unit], measure, place)
        if self._kind == "word" and unit not in ("and", "or"):
            raise RefusedInput("formula.unit", place=self._place, found=unit[:40], accepted=tuple(MEASURE_OF))
        return Number(value, "", place)

    def _time(self) -> int:
        """Whole seconds of a number with a unit of time."""
        place = self._place
        found = self._number() if self._kind == "number" else None
        if found is None or found.measure != "s" or not 1 <= found.value <= LONGEST_REACH_S:
            raise RefusedInput("formula.time", place=place, most=LONGEST_REACH_S // 86_400)
        if found.value != int(found.value):
            raise RefusedInput("formula.time", place=place, most=LONGEST_REACH_S // 86_400)
        return int(found.value)

    def _call(self, name: str, place: int, depth: int) -> Node:
        if name not in FUNCTIONS:
            raise RefusedInput("formula.function", place=place, found=name[:40], accepted=tuple(FUNCTIONS))
        self._next += 1
        if not self._take("("):
            self._refuse("open")
        if name == "lag":
            return self._lag()
        parts = [self.whole(depth + 1)]
        while self._take(","):
            parts.append(self.whole(depth + 1))
        self._close()
        least, most = FUNCTIONS[name]
        if not least <= len(parts) <= most:
            raise RefusedInput(
                "formula.arguments", place=place, name=name, found=len(parts), least=least, most=most
            )
        return Call(name, tuple(parts), place)

    def _lag(self) -> Named:
        """`lag(KI-0003, 7 d)`: the indicator so long before."""
        code, place = self._text, self._place
        if self._kind != "code":
            self._refuse("code")
        self._next += 1
        if not self._take(","):
            self._refuse("comma")
        lag = self._time()
        self._close()
        return Named(code, place, lag_s=lag)

    def _not_too_deep(self, depth: int) -> None:
        if depth > DEEPEST:
            raise RefusedInput("formula.deep", place=self._place, most=DEEPEST)

    def _close(self) -> None:
        if not self._take(")"):
            self._refuse("close")

    def _refuse(self, expected: str) -> NoReturn:
        raise RefusedInput(f"formula.expects_{expected}", place=self._place, found=self._text[:20] or "…")
