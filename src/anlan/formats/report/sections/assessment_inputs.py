"""What a method was given, under the words of its questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import messages
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.words import NO_VALUE, Words
from anlan.loop.quantify.methods import METHODS, method

_DEEPEST = 3


def inputs_of(result: Mapping[str, Any], words: Words) -> Markup:
    """Single answers as pairs, then lists of records and rows of numbers as tables."""
    return _record(result["inputs"], result["method"], "", words, depth=0)


def _record(given: Mapping[str, Any], code: str, path: str, words: Words, *, depth: int) -> Markup:
    short = {name: value for name, value in given.items() if _is_short(value)}
    pairs = [
        el("div", el("dt", _asked(code, f"{path}{name}", words)),
           el("dd", _line(value, code, f"{path}{name}", words)))
        for name, value in short.items()
    ]  # fmt: skip
    long = [
        el("div", el("h3", _asked(code, f"{path}{name}", words)),
           _long(value, code, f"{path}{name}", words, depth=depth + 1))
        for name, value in given.items()
        if name not in short
    ]  # fmt: skip
    return el("div", el("dl", pairs, class_="pairs") if pairs else None, long)


def _long(value: Any, code: str, path: str, words: Words, *, depth: int) -> Markup:
    if depth > _DEEPEST:
        return el("p", _line(value, code, path, words))
    if isinstance(value, Mapping):
        return _record(value, code, f"{path}.", words, depth=depth)
    if all(isinstance(row, Mapping) for row in value):
        return _table(value, code, path, words)
    rows = [el("tr", [el("td", _line(each, code, path, words), class_=_css([each])) for each in _cells(row)])
            for row in value]  # fmt: skip
    return scrolled(el("table", el("tbody", rows)), name=_asked(code, path, words))


def _table(rows: Sequence[Mapping[str, Any]], code: str, path: str, words: Words) -> Markup:
    names = list(dict.fromkeys(name for row in rows for name in row))
    css = {name: _css([row.get(name) for row in rows]) for name in names}
    head = [el("th", _asked(code, f"{path}.{n}", words), scope="col", class_=css[n]) for n in names]
    body = [
        el("tr", [el("td", _line(row.get(n), code, f"{path}.{n}", words), class_=css[n]) for n in names])
        for row in rows
    ]
    table = el("table", el("thead", el("tr", head)), el("tbody", body))
    return scrolled(table, name=_asked(code, path, words))


def scrolled(table: Markup, *, name: str) -> Markup:
    """A table that moves sideways in its frame, by touch and by the keyboard."""
    return el("div", table, class_="scroll", tabindex="0", role="group", aria_label=name)


def _asked(code: str, path: str, words: Words) -> str:
    """The words of a question; its name where it has none."""
    key = f"method_inputs.{code}.{path}"
    return words.plain(key) if key in messages(words.language) else path.rpartition(".")[2]


def _line(value: Any, code: str, path: str, words: Words) -> str:
    """Any answer on one line: a number, a choice in words, an estimate, a list."""
    if value is None or value == [] or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return words.plain(f"method_flags.{str(value).lower()}")
    if isinstance(value, int | float):
        return words.number(value)
    if isinstance(value, Mapping):
        return _named(value, code, path, words)
    if isinstance(value, list):
        return _listed(value, code, path, words)
    return _choice(str(value), code, path, words)


def _named(value: Mapping[str, Any], code: str, path: str, words: Words) -> str:
    """An estimate as a form takes it, another record by the words of its questions."""
    if "kind" in value:
        given = [f"{name}={each}" for name, each in value.items() if name != "kind"]
        return " ".join([str(value["kind"]), *given])
    return words.listed(
        f"{_asked(code, f'{path}.{name}', words)} {_line(each, code, f'{path}.{name}', words)}"
        for name, each in value.items()
    )


def _listed(values: Sequence[Any], code: str, path: str, words: Words) -> str:
    parts = [_line(each, code, path, words) for each in values]
    if any(isinstance(each, list | Mapping) for each in values):
        return ("；" if words.language == "zh" else "; ").join(parts)
    return words.listed(parts)


def _choice(value: str, code: str, path: str, words: Words) -> str:
    """A text as given; the word of a choice."""
    if value not in _choices(code, path):
        return value
    own = f"method_choices.{code}.{path}.{value}"
    return words.plain(own if own in messages(words.language) else f"method_choices.{value}")


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


def _css(values: Sequence[Any]) -> str | None:
    given = [value for value in values if value is not None]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in given)
    return "number" if given and numeric else None
