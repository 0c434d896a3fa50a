"""What a user gave, checked against a method's questions and turned into the values it computes with."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.domain.method import Field, Required
from anlan.loop.quantify.methods.estimates import read_estimate
from anlan.loop.quantify.methods.faults import Faults

LONGEST_TEXT = 400
LARGEST = sys.float_info.max
_SHOWN = 60


def read_inputs(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """An answer to every question, by name.

    number -> float, integer -> int, numbers -> tuple of floats, matrix -> tuple of such tuples,
    record -> dict, table -> tuple of dicts, estimate -> Distribution, spec -> as given.
    Without an answer: the default.

    Errors: RefusedInputs that lists every fault: unknown names, missing answers, values outside the limits.
    """
    faults = Faults()
    read = _record(fields, given, "", faults)
    faults.raise_any()
    return read


def _record(fields: Sequence[Field], given: Any, where: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        faults.add("method.not_a_record", where=where or "inputs", found=_shown(given))
        return {}
    known = tuple(field.name for field in fields)
    for name in given:
        if name not in known:
            faults.add("method.unknown_input", where=_inside(where, str(name)[:_SHOWN]), known=known)
    return {field.name: _answer(field, given.get(field.name), where, faults) for field in fields}


def _answer(field: Field, value: Any, inside: str, faults: Faults) -> Any:
    where = _inside(inside, field.name)
    if value is None or value == "":
        if isinstance(field.default, Required):
            faults.add("method.missing_input", where=where)
            return None
        return field.default
    return _READERS[field.kind](field, value, where, faults)


def _number(field: Field, value: Any, where: str, faults: Faults) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        faults.add("method.not_a_number", where=where, found=_shown(value))
        return None
    outside = (
        (field.low is not None and value < field.low)
        or (field.high is not None and value > field.high)
        or (field.above is not None and value <= field.above)
        or (field.below is not None and value >= field.below)
    )
    if outside:
        faults.add("method.outside", where=where, found=_shown(value), limits=limits(field))
        return None
    return float(value)


def limits(field: Field) -> str:
    """The accepted numbers in the usual signs: `[0, 1)`."""
    low = (
        f"({field.above:g}" if field.above is not None else "(−∞" if field.low is None else f"[{field.low:g}"
    )
    high = (
        f"{field.below:g})" if field.below is not None else "∞)" if field.high is None else f"{field.high:g}]"
    )
    return f"{low}, {high}"


def _integer(field: Field, value: Any, where: str, faults: Faults) -> int | None:
    number = _number(field, value, where, faults)
    if number is not None and value != int(value):
        faults.add("method.not_an_integer", where=where, found=_shown(value))
        return None
    return None if number is None else int(value)  # of the value: a float has 53 bits, a seed 63


def _text(field: Field, value: Any, where: str, faults: Faults) -> str:
    if isinstance(value, Mapping | list | tuple) or len(str(value)) > LONGEST_TEXT:
        faults.add("method.not_a_text", where=where, found=_shown(value), most=LONGEST_TEXT)
        return ""
    return str(value).strip()


def _flag(field: Field, value: Any, where: str, faults: Faults) -> bool:
    if not isinstance(value, bool):
        faults.add("method.not_a_flag", where=where, found=_shown(value))
    return bool(value)


def _choice(field: Field, value: Any, where: str, faults: Faults) -> str:
    if value not in field.choices:
        faults.add("method.not_a_choice", where=where, found=_shown(value), known=field.choices)
    return str(value)


def _list(read: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    """Reads every entry of a list; a gap stays None where the question allows it."""

    def reader(field: Field, value: Any, where: str, faults: Faults) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            faults.add("method.not_a_list", where=where, found=_shown(value))
            return ()
        if not field.least <= len(value) <= field.most:
            faults.add("method.length", where=where, found=len(value), least=field.least, most=field.most)
            return ()
        return tuple(
            None if each is None and field.gaps else read(field, each, f"{where}[{place}]", faults)
            for place, each in enumerate(value, start=1)
        )

    return reader


_numbers, _texts = _list(_number), _list(_text)


def _row(field: Field, value: Any, where: str, faults: Faults) -> dict[str, Any]:
    return _record(field.columns, value, where, faults)


def _rows_of_one_length(read: Callable[..., Any]) -> Callable[..., tuple[tuple[Any, ...], ...]]:
    def reader(field: Field, value: Any, where: str, faults: Faults) -> tuple[tuple[Any, ...], ...]:
        def row_of(_: Field, row: Any, place: str, faults: Faults) -> tuple[Any, ...]:
            found: tuple[Any, ...] = read(field, row, place, faults)
            return found

        rows = _list(row_of)(replace(field, gaps=False), value, where, faults)  # a cell may be open, no row
        for place, row in enumerate(rows, start=1):
            if len(row) != len(rows[0]):
                faults.add("method.ragged", where=f"{where}[{place}]", found=len(row), expected=len(rows[0]))
        return rows

    return reader


def _estimate(field: Field, value: Any, where: str, faults: Faults) -> Any:
    if not isinstance(value, Mapping | int | float):
        faults.add("method.not_an_estimate", where=where, found=_shown(value))
        return None
    try:
        if isinstance(value, Mapping):
            return read_estimate(value)
        number = _number(field, value, where, faults)
        return None if number is None else read_estimate({"kind": "constant", "value": number})
    except AnlanError as error:
        faults.add("method.estimate", where=where, reason=error)
        return None


def _spec(field: Field, value: Any, where: str, faults: Faults) -> Any:
    """Another method's spec as it stands: its method reads its inputs."""
    if not isinstance(value, Mapping):
        faults.add("method.not_a_record", where=where, found=_shown(value))
        return None
    if not isinstance(value.get("method"), str):
        faults.add("method.missing_input", where=_inside(where, "method"))
    if not isinstance(value.get("inputs"), Mapping):
        faults.add("method.missing_input", where=_inside(where, "inputs"))
    return value


_READERS: Mapping[str, Callable[[Field, Any, str, Faults], Any]] = {
    "number": _number,
    "integer": _integer,
    "text": _text,
    "flag": _flag,
    "choice": _choice,
    "numbers": _numbers,
    "texts": _texts,
    "matrix": _rows_of_one_length(_numbers),
    "grid": _rows_of_one_length(_texts),
    "record": _row,
    "table": _list(_row),
    "estimate": _estimate,
    "spec": _spec,
}


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
