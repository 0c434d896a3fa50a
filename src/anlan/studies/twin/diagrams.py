"""A BPMN diagram and a scenario as the inputs of a process simulation, in this order:

1. Times, people, hours and shares from the scenario: a Prosimos JSON, the `qbp:` extension of the diagram, or
   answers of ours that complete it.
2. People who are alike (cost, hours, and times of every task up to one factor) make one pool.
3. Steps and gateways: an exclusive gateway is a choice; a parallel or inclusive one that opens is a split and
   belongs to the first join that all its ways come to.
4. What has no place is named in the notes.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anlan.domain.design import Design, Step
from anlan.domain.errors import RefusedInput
from anlan.formats.bpmn import ReadBpmn, read_bpmn
from anlan.formats.scenarios import Scenario, Told, read_prosimos, read_qbp
from anlan.formats.scenarios.model import rates_by_hour
from anlan.formats.scenarios.prosimos import is_prosimos
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.settings_document import parse_settings
from anlan.formats.spec_file import read_spec_file
from anlan.studies.twin.gateways import joins_of
from anlan.studies.twin.models import TwinModel, changed_by, weeks_until
from anlan.studies.twin.staff import Staff, staff_of

_FEW_WEEKS = 1.0
_MARKS = {"xor": "XOR", "and": "AND", "or": "OR"}


def read_diagram(bpmn: Path | SettingsBytes, scenario: Path | SettingsBytes | None) -> TwinModel:
    """The model of a diagram. Errors: RefusedInput `bpmn.*`, `scenario.*`; `twin.no_parameters` where nothing
    says how long a task takes."""
    drawn = read_once(bpmn, kind="spec")
    given = None if scenario is None else read_once(scenario, kind="spec")
    document = None if given is None else _document(given)
    if given is not None and document is not None and is_prosimos(document):
        return model_of(drawn, read_prosimos(given))
    within = read_qbp(drawn.content, name=drawn.name)
    if within is None:
        raise RefusedInput("twin.no_parameters", file=drawn.name)
    model = model_of(drawn, within)
    return model if document is None else changed_by(model, document)


def _document(given: SettingsBytes) -> Mapping[str, Any]:
    if given.path.suffix.lower() == ".json":
        return parse_settings(given, kind="spec", as_json=True)
    return read_spec_file(given)


def model_of(drawn: SettingsBytes, scenario: Scenario) -> TwinModel:
    """The inputs of diagram and scenario together."""
    read = read_bpmn(drawn.content, name=drawn.name, shares=scenario.shares)
    staff = staff_of(scenario.workers)
    writing = _Writing(read, scenario, staff)
    steps = writing.steps()
    rates = rates_by_hour(scenario.between, scenario.hours)
    cases = scenario.cases
    given = {
        "steps": steps,
        "ways": writing.ways,
        "pools": list(staff.pools),
        "shifts": list(staff.shifts),
        "arrivals": rates if len(set(rates)) > 1 else rates[:1],
        "weeks": weeks_until(rates, cases) if cases else _FEW_WEEKS,
    }
    ids = {writing.labels[key]: identity for identity, key in read.keys.items() if key in writing.labels}
    notes = (*scenario.notes, *staff.notes, *writing.notes())
    return TwinModel(given, read.name, ids={**ids, **staff.ids}, notes=notes)


@dataclass(frozen=True)
class _Links:
    """Ways of the design by step key."""

    out: Mapping[str, list[tuple[str, float | None]]]
    into: Mapping[str, list[str]]


def _links(design: Design) -> _Links:
    out: dict[str, list[tuple[str, float | None]]] = {step.key: [] for step in design.steps}
    into: dict[str, list[str]] = {step.key: [] for step in design.steps}
    for link in design.links:
        out[link.source].append((link.target, link.probability))
        into[link.target].append(link.source)
    return _Links(out, into)


class _Writing:
    """Rows of steps and ways, and what of the diagram has no place in them."""

    def __init__(self, read: ReadBpmn, scenario: Scenario, staff: Staff) -> None:
        self._design, self._scenario, self._staff = read.design, scenario, staff
        self._ids = {key: identity for identity, key in read.keys.items()}
        self._links = _links(read.design)
        self._told: dict[str, list[str]] = {}
        self.labels = _labels(read.design, self._ids)
        self.ways: list[dict[str, Any]] = []
        self._joins = joins_of(read.design)
        self._arrive = self._arrivals()
        unknown = set(staff.tasks) - set(read.keys)
        if unknown:
            self._tell("unknown_task", *sorted(unknown))
        for note in read.notes:
            if "qbp" not in note.what and note.code not in (
                "diagram",
                "foreign",
                "extension",
                "default_flow",
            ):
                self._tell(f"bpmn_{note.code}", note.what)

    def _tell(self, code: str, *found: str) -> None:
        self._told.setdefault(code, []).extend(found)

    def notes(self) -> list[Told]:
        known = {code: found for code, found in self._told.items() if not code.startswith("bpmn_")}
        told = [Told(code, tuple(dict.fromkeys(found))[:20], len(found)) for code, found in known.items()]
        drawn = [what for code, found in self._told.items() if code.startswith("bpmn_") for what in found]
        return [*told, Told("diagram", tuple(dict.fromkeys(drawn))[:20], len(drawn))] if drawn else told

    def steps(self) -> list[dict[str, Any]]:
        """Rows in the order of the flow, the entry first. Errors: RefusedInput `twin.*`."""
        without = [
            s.name
            for s in self._design.steps
            if s.kind == "task" and self._ids[s.key] not in self._staff.tasks
        ]
        if without:
            raise RefusedInput("twin.no_time", found=tuple(without[:20]))
        rows = self._entry()
        for step in self._design.steps:
            rows += self._rows(step, self._joins)
        return rows

    def _arrivals(self) -> dict[str, str]:
        """Key -> the row that ways to a step lead to: of a gateway that closes and opens, its join."""
        found = dict(self.labels)
        for key in self._joins:
            if len(self._links.out[key]) > 1:
                found[key] = _free(f"{self.labels[key]} JOIN", found.values())
        return found

    def _entry(self) -> list[dict[str, Any]]:
        """Where several steps begin a case, a choice among them, alike."""
        starts = [s.key for s in self._design.steps if not self._links.into[s.key]]
        begun = [key for key in starts if self._design.step(key).form == "start"] or starts
        first = self._design.steps[0].key
        if len(begun) > 1:
            self._tell("several_starts", *(self.labels[key] for key in begun))
            name = _free("START", self.labels.values())
            self.ways += [{"from": name, "to": self._arrive[key], "share": 1 / len(begun)} for key in begun]
            return [{"name": name, "kind": "choice"}]
        if begun and begun[0] != first:
            name = _free("START", self.labels.values())
            self.ways.append({"from": name, "to": self._arrive[begun[0]]})
            return [{"name": name, "kind": "choice"}]
        return []

    def _rows(self, step: Step, joins: Mapping[str, str]) -> list[dict[str, Any]]:
        name, out = self.labels[step.key], self._links.out[step.key]
        if step.form in ("and", "or"):
            return self._gateway(step, name, joins)
        row: dict[str, Any] = {"name": name}
        if step.kind == "gateway" or (
            step.kind != "task" and self._ids[step.key] not in self._scenario.waits
        ):
            row["kind"] = "choice"
            if step.kind in ("wait", "handover"):
                self._tell("no_wait", name)
        else:
            row |= self._work(step)
        several = len(out) > 1 and step.kind != "gateway"
        if several and not any(share is not None for _, share in out):
            return self._opened(row, name, out)
        self._choose(name, out)
        return [row]

    def _work(self, step: Step) -> dict[str, Any]:
        identity = self._ids[step.key]
        if identity in self._staff.tasks:
            pools, time = self._staff.tasks[identity]
            return {"time": time.estimate, "pool": "、".join(pools)}
        time = self._scenario.waits[identity]
        return {"time": time.estimate}

    def _choose(self, name: str, out: list[tuple[str, float | None]]) -> None:
        """One way of several; shares that are not given share what is left."""
        given = sum(share for _, share in out if share is not None)
        left = [target for target, share in out if share is None]
        if len(out) > 1 and len(left) > 1:
            self._tell("even_shares", name)
        rest = max(0.0, 1.0 - given) / len(left) if left else 0.0
        shares = [(target, rest if share is None else share) for target, share in out]
        total = sum(share for _, share in shares)
        if out and not abs(total - 1.0) <= 1e-6:
            raise RefusedInput("twin.shares", where=name, found=total)
        self.ways += [
            {"from": name, "to": self._arrive[target], "share": share / total} for target, share in shares
        ] or [{"from": name}]

    def _gateway(self, step: Step, name: str, joins: Mapping[str, str]) -> list[dict[str, Any]]:
        """A parallel or inclusive gateway: what it brings together, then what it opens."""
        out, rows = self._links.out[step.key], []
        opens, closes = len(out) > 1, step.key in joins
        if closes:
            closing = self._arrive[step.key]
            rows.append({"name": closing, "kind": "join", "joins": self._opening(joins[step.key])})
            if not opens:
                self._choose(name, out)
                return rows
            self.ways.append({"from": closing, "to": name})
        if not opens:
            if len(self._links.into[step.key]) > 1:
                raise RefusedInput("twin.join", where=name)
            self._choose(name, out)
            return [{"name": name, "kind": "choice"}]
        rows.append({"name": name, "kind": "split" if step.form == "and" else "some"})
        for target, share in out:
            if step.form == "or" and share is None:
                raise RefusedInput("twin.or_shares", where=name)
            way = {"from": name, "to": self._arrive[target]}
            self.ways.append(way if step.form == "and" else {**way, "share": share})
        return rows

    def _opening(self, key: str) -> str:
        """The row that opens: of a step with several ways at once, that behind it."""
        step = self._design.step(key)
        return self.labels[key] if step.form in ("and", "or") else f"{self.labels[key]} AND"

    def _opened(
        self, row: dict[str, Any], name: str, out: list[tuple[str, float | None]]
    ) -> list[dict[str, Any]]:
        """A step that several flows leave without a gateway takes all of them, as BPMN has it."""
        opening = f"{name} AND"
        self._tell("uncontrolled", name)
        self.ways.append({"from": name, "to": opening})
        self.ways += [{"from": opening, "to": self._arrive[target]} for target, _ in out]
        return [row, {"name": opening, "kind": "split"}]


def _labels(design: Design, ids: Mapping[str, str]) -> dict[str, str]:
    """Key -> the name of its row: the step's name, numbered where several have it; of a gateway or an event
    without a name its kind and a number."""
    wanted = {
        step.key: step.name
        if step.name != ids[step.key]
        else _MARKS.get(step.form, step.form.upper() or step.kind.upper())
        for step in design.steps
    }
    n, seen = Counter(wanted.values()), Counter[str]()
    found: dict[str, str] = {}
    for key, name in wanted.items():
        seen[name] += 1
        label = name if n[name] == 1 else f"{name} {seen[name]}"
        found[key] = _free(label, found.values())
    return found


def _free(name: str, taken: Any) -> str:
    used = set(taken)
    numbered = (f"{name} {n}" for n in range(2, len(used) + 3))
    return next(each for each in (name, *numbered) if each not in used)
