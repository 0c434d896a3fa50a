"""An Open-PSA model as the spec of a fault tree."""

from collections.abc import Iterator
from typing import Any

from anlan.formats.open_psa.expressions import Unreadable, constant_of, kind_of, number_of
from anlan.formats.open_psa.lined_xml import Element, lined_root
from anlan.formats.settings_bytes import SettingsBytes
from anlan.loop.quantify.methods.faults import Faults

_GATES = ("and", "or", "atleast", "not", "xor", "nand", "nor")
_NAMES = ("gate", "basic-event", "house-event", "event")
_DEFINED = ("define-gate", "define-basic-event", "define-house-event")
_WORDS = ("label", "attributes", "attribute")
_CONTAINERS = ("define-fault-tree", "define-component", "model-data")
_MODELS = {"beta-factor": "beta", "MGL": "mgl", "alpha-factor": "alpha"}
SOURCE = "source"
"""The attribute that says where an event's numbers come from."""
_CONSTANTS = {"true": "constant true", "false": "constant false"}


def spec_of_open_psa(given: SettingsBytes, *, top: str | None = None) -> dict[str, Any]:
    """The spec of the method `fault_tree` (schema `anlan.spec/1`), as its YAML would read.

    top: the gate asked for; without it the one gate that stands under no other.
    Errors: RefusedInputs with every fault and its line; RefusedInput `open_psa.not_xml`, `.doctype`.
    """
    root = lined_root(given.content, name=given.name)
    reader = _Reader(given.name)
    if root.tag != "opsa-mef":
        reader.fault("open_psa.root", root.line, found=root.tag)
    else:
        reader.read(root)
    inputs = reader.inputs(top)
    return {"schema": "anlan.spec/1", "method": "fault_tree", "title": root.get("name"), "inputs": inputs}


class _Reader:
    """Collects definitions, wherever they stand, and what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._faults = Faults()
        self._parameters: dict[str, Element] = {}
        self._gates: dict[str, dict[str, Any]] = {}
        self._events: dict[str, dict[str, Any]] = {}
        self._houses: dict[str, bool] = {}
        self._sources: dict[str, str] = {}
        self._groups: list[dict[str, Any]] = []
        self._named: list[tuple[str, int]] = []
        self._defined: dict[str, int] = {}

    def fault(self, code: str, line: int, **parameters: Any) -> None:
        self._faults.add(code, where=f"{self._file}:{line}", **parameters)

    def read(self, root: Element) -> None:
        """All definitions; parameters first, since they may stand behind their use."""
        definitions = list(_definitions(root))
        for element in definitions:
            if element.tag in _DEFINED:
                self._defined.setdefault(element.get("name"), element.line)
            if element.tag == "define-parameter":
                self._parameters[element.get("name")] = (_content(element) or [element])[-1]
        for element in definitions:
            try:
                self._define(element)
            except Unreadable as wrong:
                self.fault(wrong.code, wrong.line, found=wrong.found)

    def inputs(self, top: str | None) -> dict[str, Any]:
        """The answers of the method's questions. Errors: RefusedInputs."""
        for name, line in self._named:
            if name not in self._defined and name not in self._events:
                self.fault("open_psa.unknown_name", line, found=name)
        for name, row in self._events.items():
            if len(row) == 1:
                self.fault("open_psa.no_expression", self._defined[name], found=name)
        self._faults.raise_any()
        below = {name for row in self._gates.values() for name in row["inputs"]}
        tops = [top] if top else [name for name in self._gates if name not in below]
        tops = tops or list(self._gates)[:1]  # all stand in a circle, which the method tells of
        if len(tops) != 1 or tops[0] not in self._gates:
            self.fault("open_psa.top", 1, found=tops[:8], n=len(tops))
        self._faults.raise_any()
        houses = [{"name": name, "happens": on} for name, on in self._houses.items()]
        return {
            "top": tops[0],
            "gates": list(self._gates.values()),
            "events": [
                {**row, **({"source": self._sources[name]} if name in self._sources else {})}
                for name, row in self._events.items()
            ],
            **({"houses": houses} if houses else {}),
            **({"common_causes": self._groups} if self._groups else {}),
        }

    def _define(self, element: Element) -> None:
        match element.tag:
            case "define-gate":
                self._gate(element)
            case "define-basic-event":
                content, source = _content(element), _attribute(element, SOURCE)
                if source:
                    self._sources[element.get("name")] = source
                if content:
                    self._put_event(element.get("name"), content[0], element.line)
                else:
                    self._events.setdefault(element.get("name"), {"name": element.get("name")})
            case "define-house-event":
                content = _content(element)
                on = bool(content) and content[0].get("value") == "true"
                self._fresh(element)
                self._houses[element.get("name")] = on
            case "define-CCF-group":
                self._group(element)
            case "define-parameter":
                pass
            case _:
                raise Unreadable("open_psa.unsupported", element.line, element.tag)

    def _fresh(self, element: Element) -> None:
        name = element.get("name")
        if not name:
            raise Unreadable("open_psa.no_name", element.line, element.tag)
        if name in self._gates or name in self._houses or "name" in self._events.get(name, {}):
            raise Unreadable("open_psa.name_twice", element.line, name)

    def _put_event(self, name: str, expression: Element, line: int) -> None:
        if len(self._events.get(name, {})) > 1:
            raise Unreadable("open_psa.name_twice", line, name)
        self._events[name] = {"name": name, **self._data(expression)}

    def _data(self, expression: Element) -> dict[str, Any]:
        """The columns of an event that say how probable it is."""
        if expression.tag == "exponential" and len(expression.children) == 2:
            rate, time = expression.children
            data = {"rate_per_h": number_of(rate, self._parameters),
                    "mission_h": constant_of(time, self._parameters)}  # fmt: skip
            kind = kind_of(rate)
        else:
            data, kind = {"probability": number_of(expression, self._parameters)}, kind_of(expression)
        uncertain = any(isinstance(value, dict) for value in data.values())
        return {**data, "alike": kind} if kind and uncertain else data

    def _gate(self, element: Element) -> None:
        self._fresh(element)
        name, content = element.get("name"), _content(element)
        if len(content) != 1:
            raise Unreadable("open_psa.one_formula", element.line, name)
        self._gates[name] = {"name": name, "inputs": []}
        self._gates[name] = self._row(name, content[0])

    def _row(self, name: str, formula: Element) -> dict[str, Any]:
        """A gate's row; formulas inside become gates of their own, `name/1`, `name/2`, ..."""
        if formula.tag in _NAMES or formula.tag == "constant":
            return {"name": name, "kind": "pass", "inputs": [self._input(name, 1, formula)]}
        if formula.tag not in _GATES:
            raise Unreadable("open_psa.unsupported", formula.line, formula.tag)
        below = [self._input(name, place, each) for place, each in enumerate(formula.children, start=1)]
        row: dict[str, Any] = {"name": name, "kind": formula.tag, "inputs": below}
        if formula.tag == "atleast":
            least = formula.get("min")
            if not _is_count(least):
                raise Unreadable("open_psa.number", formula.line, least)
            row["k"] = int(least)
        return row

    def _input(self, gate: str, place: int, element: Element) -> str:
        if element.tag in _NAMES:
            name = element.get("name")
            self._named.append((name, element.line))
            return name
        if element.tag == "constant":
            value = element.get("value")
            if value not in _CONSTANTS:
                raise Unreadable("open_psa.number", element.line, value)
            self._houses[_CONSTANTS[value]] = value == "true"
            return _CONSTANTS[value]
        name = f"{gate}/{place}"
        self._gates[name] = self._row(name, element)
        return name

    def _group(self, element: Element) -> None:
        """A common-cause group; its distribution is that of every member."""
        parts = {each.tag: each for each in element.children}
        model = _MODELS.get(element.get("model"))
        if model is None:
            raise Unreadable("open_psa.unsupported", element.line, f"model={element.get('model')}")
        if "members" not in parts:
            raise Unreadable("open_psa.one_formula", element.line, element.get("name"))
        members = [each.get("name") for each in parts["members"].children]
        self._named += [(name, element.line) for name in members]
        distribution = _content(parts["distribution"]) if "distribution" in parts else []
        for name in members if distribution else ():
            self._put_event(name, distribution[0], element.line)
        inside = [*element.children, *(parts["factors"].children if "factors" in parts else ())]
        factors = _by_level(inside)
        values = [constant_of(_content(each)[0], self._parameters) for each in factors]
        self._groups.append(
            {"name": element.get("name"), "model": model, "members": members, "factors": values}
        )


def _attribute(element: Element, name: str) -> str:
    """The value of `<attributes><attribute name=... value=.../></attributes>`; empty without one."""
    parts = [each for group in element.children if group.tag == "attributes" for each in group.children]
    return next((each.get("value") for each in parts if each.get("name") == name), "")


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _by_level(inside: list[Element]) -> list[Element]:
    factors = [each for each in inside if each.tag == "factor"]
    for each in factors:
        if not _is_count(each.get("level")) or not _content(each):
            raise Unreadable("open_psa.number", each.line, each.get("level"))
    return sorted(factors, key=lambda each: int(each.get("level")))


def _definitions(root: Element) -> Iterator[Element]:
    """Definitions in the order of the file, out of what they are grouped in."""
    stack = list(reversed(root.children))
    while stack:
        element = stack.pop()
        if element.tag in _CONTAINERS:
            stack.extend(reversed(element.children))
        elif element.tag not in _WORDS:
            yield element


def _content(element: Element) -> list[Element]:
    """What an element holds beside its labels."""
    return [each for each in element.children if each.tag not in _WORDS]
