"""What a method was given, under the words of its questions.

The parts are made once (`given_parts`), for the page and for what is printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.messages import messages
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.words import NO_VALUE, Words
from anlan.loop.quantify.methods import METHODS, method

_DEEPEST = 3


@dataclass(frozen=True)
class Cell:
    """An answer as it is shown, and its number where it is one."""

    shown: str
    number: float | None = None


@dataclass(frozen=True)
class Given:
    """A part of the inputs: questions with their answers on a line each, or a table. title: of the question,
    empty for the single answers of the whole; headings: none above rows of plain numbers or texts."""

    title: str
    pairs: tuple[tuple[str, Cell], ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def given_parts(result: Mapping[str, Any], words: Words) -> list[Given]:
    """Single answers first, then what needs a table."""
    return list(_Reader(result["method"], words).record(result["inputs"], "", "", depth=0))


def inputs_of(result: Mapping[str, Any], words: Words) -> Markup:
    """The inputs for a page."""
    return el("div", [_shown(part) for part in given_parts(result, words)])


def _shown(part: Given) -> Markup:
    heading = el("h3", part.title) if part.title else None
    if part.pairs:
        pairs = [el("div", el("dt", asked), el("dd", answer.shown)) for asked, answer in part.pairs]
        return el("div", heading, el("dl", pairs, class_="pairs"))
    numeric = _numeric_columns(part.rows)
    head = [el("th", h, scope="col", class_=_css(n)) for h, n in zip(part.headings, numeric, strict=False)]
    body = [
        el("tr", [el("td", each.shown, class_=_css(n)) for each, n in zip(row, numeric, strict=False)])
        for row in part.rows
    ]
    table = el("table", el("thead", el("tr", head)) if head else None, el("tbody", body))
    return el("div", heading, scrolled(table, name=part.title))


def scrolled(table: Markup, *, name: str) -> Markup:
    """A table that moves sideways in its frame, by touch and by the keyboard."""
    return el("div", table, class_="scroll", tabindex="0", role="group", aria_label=name)


def _numeric_columns(rows: Sequence[Sequence[Cell]]) -> list[bool]:
    """Of each column whether what is given in it are numbers."""
    found = []
    for at in range(max((len(row) for row in rows), default=0)):
        given = [row[at] for row in rows if at < len(row) and row[at].shown != NO_VALUE]
        found.append(bool(given) and all(each.number is not None for each in given))
    return found


def _css(numeric: bool) -> str | None:
    return "number" if numeric else None


class _Reader:
    """The answers of one method's questions in words."""

    def __init__(self, code: str, words: Words) -> None:
        self.code, self.words = code, words

    def record(self, given: Mapping[str, Any], path: str, title: str, *, depth: int) -> Iterator[Given]:
        short = {name: value for name, value in given.items() if _is_short(value)}
        if short:
            pairs = (
                (self.asked(f"{path}{name}"), self.cell(v, f"{path}{name}")) for name, v in short.items()
            )
            yield Given(title, tuple(pairs))
        for name, value in given.items():
            if name not in short:
                yield from self.long(value, f"{path}{name}", depth=depth + 1)

    def long(self, value: Any, path: str, *, depth: int) -> Iterator[Given]:
        title = self.asked(path)
        if depth > _DEEPEST:
            yield Given(title, ((title, Cell(self.line(value, path))),))
        elif isinstance(value, Mapping):
            yield from self.record(value, f"{path}.", title, depth=depth)
        elif all(isinstance(row, Mapping) for row in value):
            names = list(dict.fromkeys(name for row in value for name in row))
            rows = (tuple(self.cell(row.get(n), f"{path}.{n}") for n in names) for row in value)
            yield Given(title, headings=tuple(self.asked(f"{path}.{n}") for n in names), rows=tuple(rows))
        else:
            rows = (tuple(self.cell(each, path) for each in _cells(row)) for row in value)
            yield Given(title, rows=tuple(rows))

    def asked(self, path: str) -> str:
        """The words of a question; its name where it has none."""
        key = f"method_inputs.{self.code}.{path}"
        known = key in messages(self.words.language)
        return self.words.plain(key) if known else path.rpartition(".")[2]

    def cell(self, value: Any, path: str) -> Cell:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return Cell(self.line(value, path), float(value) if numeric else None)

    def line(self, value: Any, path: str) -> str:
        """Any answer on one line: a number, a choice in words, an estimate, a list."""
        if value is None or value == [] or value == "":
            return NO_VALUE
        if isinstance(value, bool):
            return self.words.plain(f"method_flags.{str(value).lower()}")
        if isinstance(value, int | float):
            return self.words.number(value)
        if isinstance(value, Mapping):
            return self.named(value, path)
        if isinstance(value, list):
            return self.listed(value, path)
        return self.choice(str(value), path)

    def named(self, value: Mapping[str, Any], path: str) -> str:
        """An estimate as a form takes it, another record by the words of its questions."""
        if "kind" in value:
            given = [f"{name}={each}" for name, each in value.items() if name != "kind"]
            return " ".join([str(value["kind"]), *given])
        return self.words.listed(
            f"{self.asked(f'{path}.{name}')} {self.line(each, f'{path}.{name}')}"
            for name, each in value.items()
        )

    def listed(self, values: Sequence[Any], path: str) -> str:
        parts = [self.line(each, path) for each in values]
        if any(isinstance(each, list | Mapping) for each in values):
            return ("；" if self.words.language == "zh" else "; ").join(parts)
        return self.words.listed(parts)

    def choice(self, value: str, path: str) -> str:
        """A text as given; the word of a choice."""
        if value not in _choices(self.code, path):
            return value
        own = f"method_choices.{self.code}.{path}.{value}"
        known = own in messages(self.words.language)
        return self.words.plain(own if known else f"method_choices.{value}")


def _choices(code: str, path: str) -> tuple[str, ...]:
    """The choices of a question; none where it takes any text, or where the method is no longer there."""
    fields = method(code).fields if code in METHODS else ()
    found: tuple[str, ...] = ()
    for name in path.split("."):
        asked = next((each for each in fields if each.name == name), None)
        if asked is None:
            return ()
        fields, found = asked.columns, asked.choices
    return found


def _is_short(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "kind" in value
    if isinstance(value, list):
        return not any(isinstance(each, list | Mapping) for each in value)
    return True


def _cells(row: Any) -> list[Any]:
    return row if isinstance(row, list) else [row]
