"""An empty model to draw on, and what is still wrong with a model: all of it at once, by the method's own
checks. A model may be kept with faults, but not in a shape that cannot be drawn."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.domain.method import Field, Method, Required
from anlan.loop.quantify.cause_models.parts import MODEL, Inputs, place_of
from anlan.loop.quantify.methods.failure import bow_tie, event_tree
from anlan.loop.quantify.methods.failure.fault_tree_inputs import read_tree
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.distributions import Distribution

_BETWEEN: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "fault_tree": read_tree,
    "event_tree": event_tree.check,
    "bow_tie": bow_tie.check,
}
"""What looks at the answers together: names, cycles, data that do not go together."""


def empty(code: str, event: str) -> dict[str, Any]:
    """A model of the method with nothing but the event it is about."""
    begun: dict[str, dict[str, Any]] = {
        "fault_tree": {"top": event, "gates": [{"name": event, "kind": "or", "inputs": []}], "events": []},
        "event_tree": {"initiating": {"name": event}, "headings": [], "end_states": []},
        "bow_tie": {"event": event, "causes": [], "barriers": [], "consequences": []},
    }
    return begun[code]


def shaped(of: Method, given: Any) -> dict[str, Any]:
    """A copy of what was given, if it has the shape of the method's inputs; its values may be anything.

    Errors: RefusedInputs with each place that no drawing could show.
    """
    faults = Faults()
    made = _record(of.fields, given, "", faults)
    faults.raise_any()
    return made


def faults_in(of: Method, inputs: Inputs) -> tuple[AnlanError, ...]:
    """Every fault with its place (`where`). Faults between the answers are told only of parts whose own
    answers are right."""
    first = _refused(lambda: read_inputs(of.fields, inputs))
    read = read_inputs(of.fields, inputs) if not first else _mended(of.fields, inputs)
    wrong = {place_of(str(fault.parameters.get("where", "")))[0] for fault in first}
    second = _refused(lambda: _BETWEEN[of.code](read))
    return *first, *(each for each in second if _is_new(each, wrong))


def _is_new(fault: AnlanError, wrong: set[Any]) -> bool:
    part, _ = place_of(str(fault.parameters.get("where", "")))
    return part == MODEL or part not in wrong


def _refused(check: Callable[[], object]) -> tuple[AnlanError, ...]:
    try:
        check()
    except AnlanError as refused:
        return refused.several or (refused,)
    return ()


def _mended(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as `read_inputs` gives them, with something harmless wherever one cannot be read."""
    return {field.name: _mended_answer(field, given.get(field.name)) for field in fields}


def _mended_answer(field: Field, value: Any) -> Any:
    if field.kind == "table":
        return tuple(_mended(field.columns, row) for row in value or ())
    if field.kind == "record":
        must = isinstance(field.default, Required)
        return _mended(field.columns, value or {}) if must or isinstance(value, Mapping) else None
    if field.kind == "texts":
        return tuple(str(each).strip() for each in value or ())
    try:
        return read_inputs((field,), {field.name: value})[field.name]
    except AnlanError:
        return _harmless(field)


def _harmless(field: Field) -> Any:
    if not isinstance(field.default, Required):
        return field.default
    if field.kind == "estimate":
        return Distribution("constant", {"value": float(field.low or 0.0)})
    if field.kind in ("number", "integer"):
        return field.low or 0
    return {"choice": field.choices[0] if field.choices else "", "flag": False}.get(field.kind, "")


def _record(fields: Sequence[Field], given: Any, where: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        faults.add("method.not_a_record", where=where or "inputs", found=str(given)[:60])
        return {}
    known = {field.name: field for field in fields}
    made = {}
    for name, value in given.items():
        place = f"{where}.{name}" if where else str(name)
        if name not in known:
            faults.add("method.unknown_input", where=place[:60], known=tuple(known))
        elif value is not None:
            made[name] = _shape(known[name], value, place, faults)
    return {name: made[name] for name in known if name in made}


def _shape(field: Field, value: Any, where: str, faults: Faults) -> Any:
    if field.kind == "record":
        return _record(field.columns, value, where, faults)
    if field.kind in ("table", "texts", "numbers"):
        if not isinstance(value, list | tuple):
            faults.add("method.not_a_list", where=where, found=str(value)[:60])
            return []
        if len(value) > field.most:
            faults.add("method.length", where=where, found=len(value), least=0, most=field.most)
            return []
        if field.kind == "table":
            rows = enumerate(value, start=1)
            return [_record(field.columns, row, f"{where}[{number}]", faults) for number, row in rows]
    if field.kind == "estimate" and isinstance(value, Mapping):
        return _plain_record(value, where, faults)
    return _plain(value, where, faults)


def _plain_record(value: Mapping[str, Any], where: str, faults: Faults) -> dict[str, Any]:
    return {str(name): _plain(each, f"{where}.{name}", faults) for name, each in value.items()}


def _plain(value: Any, where: str, faults: Faults) -> Any:
    """A text, a number, a flag, or a list of such."""
    if isinstance(value, list | tuple):
        return [_plain(each, f"{where}[{n}]", faults) for n, each in enumerate(value, start=1)]
    if isinstance(value, Mapping):
        faults.add("method.not_a_text", where=where, found=str(value)[:60], most=400)
        return ""
    return value
