"""Arithmetic that a user writes: `frequency * share * ln(1 + loss)`, read by a grammar, never executed.

    sum     := product (("+" | "-") product)*
    product := signed (("*" | "/") signed)*
    signed  := ("+" | "-") signed | power
    power   := atom ("^" signed)?                       2^3^2 = 2^9, -2^2 = -4
    atom    := number | name | function "(" sum ("," sum)* ")" | "(" sum ")"

Functions: min, max (of two or more), exp, ln, sqrt (of one). A name is letters of any language, digits and
underscores. Full-width signs, × and ÷ are read as their plain forms. The text becomes steps on a stack that
work on whole arrays.

>>> read_expression("2 * a ^ 2 - min(b, 3)").value({"a": 3.0, "b": 5.0})
array(15.)
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import RefusedInput

FUNCTIONS: Mapping[str, tuple[int, Callable[..., NDArray[np.float64]]]] = {
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "exp": (1, np.exp),
    "ln": (1, np.log),
    "sqrt": (1, np.sqrt),
}
"""Name -> (arguments it needs, what it does); two means two or more."""

_OPERATORS: Mapping[str, Callable[..., NDArray[np.float64]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
}  # fmt: skip
LONGEST = 2_000
DEEPEST = 50
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([^\W\d]\w*)|(\S))")
_PLAIN = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-"})

Step = tuple[str, float | str]


@dataclass(frozen=True)
class Expression:
    """steps: ("number", value), ("name", name), ("negative", ""), ("apply", sign or function).
    names: the inputs it speaks of, in the order they appear."""

    steps: tuple[Step, ...]
    names: tuple[str, ...]

    def value(self, inputs: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """The result for a value or an array of each input; not finite where the arithmetic has no answer."""
        stack: list[NDArray[np.float64]] = []
        with np.errstate(all="ignore"):
            for kind, what in self.steps:
                if kind == "number":
                    stack.append(np.asarray(what, dtype=np.float64))
                elif kind == "name":
                    stack.append(np.asarray(inputs[str(what)], dtype=np.float64))
                elif kind == "negative":
                    stack.append(np.asarray(-stack.pop()))
                else:
                    _apply(str(what), stack)
        return stack.pop()


def _apply(name: str, stack: list[NDArray[np.float64]]) -> None:
    if name in FUNCTIONS and FUNCTIONS[name][0] == 1:
        stack.append(np.asarray(FUNCTIONS[name][1](stack.pop())))
        return
    work = _OPERATORS[name] if name in _OPERATORS else FUNCTIONS[name][1]
    right = stack.pop()
    stack.append(np.asarray(work(stack.pop(), right)))


def read_expression(text: str, *, where: str = "formula") -> Expression:
    """The expression of a text. Errors: RefusedInput `expression.*` with the number of the sign."""
    reader = _Reader(unicodedata.normalize("NFKC", text).translate(_PLAIN), where)
    reader.sum(0)
    reader.end()
    names = [str(what) for kind, what in reader.steps if kind == "name"]
    return Expression(tuple(reader.steps), tuple(dict.fromkeys(names)))


class _Reader:
    """Recursive descent over the tokens (text, place), place counted from 1."""

    def __init__(self, text: str, where: str) -> None:
        self._where = where
        if len(text) > LONGEST:
            raise RefusedInput("expression.long", where=where, found=len(text), most=LONGEST)
        self._tokens = [(found.group(0).strip(), found.start(found.lastindex or 0) + 1)
                        for found in _TOKEN.finditer(text)]  # fmt: skip
        self._tokens.append(("", len(text) + 1))
        self._next = 0
        self.steps: list[Step] = []

    def sum(self, depth: int) -> None:
        if depth > DEEPEST:
            raise RefusedInput("expression.deep", where=self._where, most=DEEPEST)
        self._chain("+-", lambda: self._chain("*/", lambda: self._signed(depth)))

    def end(self) -> None:
        if self._token:
            self._refuse()

    @property
    def _token(self) -> str:
        return self._tokens[self._next][0]

    def _take(self, token: str) -> bool:
        if self._token != token:
            return False
        self._next += 1
        return True

    def _chain(self, signs: str, part: Callable[[], None]) -> None:
        part()
        while self._token and self._token in signs:
            sign = self._token
            self._next += 1
            part()
            self.steps.append(("apply", sign))

    def _signed(self, depth: int) -> None:
        if depth > DEEPEST:
            raise RefusedInput("expression.deep", where=self._where, most=DEEPEST)
        if self._take("-"):
            self._signed(depth + 1)
            self.steps.append(("negative", ""))
        elif self._take("+"):
            self._signed(depth + 1)
        else:
            self._atom(depth)
            if self._take("^"):
                self._signed(depth + 1)
                self.steps.append(("apply", "^"))

    def _atom(self, depth: int) -> None:
        token = self._token
        if self._take("("):
            self.sum(depth + 1)
            self._close()
        elif token and (token[0].isdigit() or token[0] == "."):
            self._number(token)
        elif token and (token[0].isalpha() or token[0] == "_"):
            self._next += 1
            if self._take("("):
                self._call(token, depth)
            else:
                self.steps.append(("name", token))
        else:
            self._refuse()

    def _number(self, token: str) -> None:
        try:
            value = float(token)
        except ValueError:
            self._refuse()
        self._next += 1
        self.steps.append(("number", value))

    def _call(self, name: str, depth: int) -> None:
        if name not in FUNCTIONS:
            known = tuple(FUNCTIONS)
            raise RefusedInput("expression.function", where=self._where, found=name[:40], known=known)
        count = 1
        self.sum(depth + 1)
        while self._take(","):
            count += 1
            self.sum(depth + 1)
            if FUNCTIONS[name][0] == 2:
                self.steps.append(("apply", name))
        self._close()
        needed = FUNCTIONS[name][0]
        if count != needed and (count < needed or needed == 1):
            raise RefusedInput(
                "expression.arguments", where=self._where, name=name, found=count, needed=needed
            )
        if needed == 1:
            self.steps.append(("apply", name))

    def _close(self) -> None:
        if not self._take(")"):
            self._refuse()

    def _refuse(self) -> None:
        token, place = self._tokens[self._next]
        raise RefusedInput("expression.syntax", where=self._where, place=place, found=token[:20] or "…")
