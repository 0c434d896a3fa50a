"""The inputs of a process while they are being changed: rows found by name, ways written out."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.loop.quantify.methods.process.process_inputs import names_in

Row = dict[str, Any]
TABLES = ("steps", "ways", "pools", "skills", "shifts", "appointments", "classes", "risks")
GATEWAYS = ("split", "some", "join")
_SEPARATOR = "、"


class Draft:
    """A copy of the inputs; `where` says in errors which change is being made."""

    def __init__(self, inputs: Mapping[str, Any], where: str = "") -> None:
        self.inputs: Row = copy.deepcopy(dict(inputs))
        self.where = where
        for table in TABLES:
            if self.inputs.get(table):
                self.inputs[table] = [dict(row) for row in self.inputs[table]]

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, to be changed in place."""
        if not self.inputs.get(table):
            self.inputs[table] = []
        found: list[Row] = self.inputs[table]
        return found

    def find(self, table: str, name: str) -> Row | None:
        return next((row for row in self.inputs.get(table) or () if row["name"] == name), None)

    def row(self, table: str, name: str, field: str) -> Row:
        """The row of that name. Errors: RefusedInput `method.not_a_choice` with what there is."""
        found = self.find(table, name)
        if found is None:
            known = tuple(row["name"] for row in self.inputs.get(table) or ())
            raise RefusedInput("method.not_a_choice", where=f"{self.where}.{field}", found=name, known=known)
        return found

    def several(self, table: str, text: str, field: str) -> list[Row]:
        """The rows that an answer names, in its order."""
        known = {row["name"]: place for place, row in enumerate(self.inputs.get(table) or ())}
        return [self.row(table, name, field) for name in names_in(text, known)]

    def refused(self, code: str, field: str, **parameters: Any) -> RefusedInput:
        """The error that this change cannot be made."""
        return RefusedInput(f"designs.{code}", where=f"{self.where}.{field}", **parameters)

    def free(self, wanted: str, table: str = "steps") -> str:
        """The name wanted, with a number where it is taken."""
        number, name = 1, wanted
        while self.find(table, name) is not None:
            number, name = number + 1, f"{wanted} {number + 1}"
        return name

    def write_ways(self) -> None:
        """Every way as a row: steps without one lead to the next row, the last out of the process."""
        ways = self.rows("ways")
        given = {way["from"] for way in ways}
        names = [row["name"] for row in self.inputs["steps"]]
        for name, after in zip(names, [*names[1:], ""], strict=True):
            if name not in given:
                ways.append({"from": name, "to": after, "share": 1.0})

    def ways_from(self, step: str) -> list[Row]:
        return [way for way in self.rows("ways") if way["from"] == step]

    def sources_of(self, step: str) -> list[str]:
        """Steps that lead to it."""
        return [way["from"] for way in self.rows("ways") if target(way) == step and share(way) > 0]

    def kind(self, step: str) -> str:
        row = self.find("steps", step)
        return "task" if row is None else row.get("kind") or "task"

    def lead(self, steps: Iterable[str], to: str, but: Iterable[str] = ()) -> None:
        """All ways to any of the steps lead `to` another instead, but for those from the steps named."""
        old, kept = set(steps), set(but)
        for way in self.rows("ways"):
            if target(way) in old and way["from"] not in kept:
                way["to"] = to
        for row in self.rows("steps"):
            if row.get("gives_up_to") in old:
                row["gives_up_to"] = to

    def lead_risks(self, steps: Iterable[str], to: str) -> None:
        """Risks that lead to, or are found at, any of the steps do so at another instead."""
        old = set(steps)
        for risk in self.inputs.get("risks") or ():
            for name in ("leads_to", "found_at"):
                if risk.get(name) in old:
                    risk[name] = to

    def add_up_ways(self) -> None:
        """One row for each pair of steps, where one way is chosen."""
        kept: dict[tuple[str, str], Row] = {}
        rows: list[Row] = []
        for way in self.rows("ways"):
            pair = (way["from"], target(way))
            if self.kind(way["from"]) in ("split", "some") or pair not in kept:
                kept[pair] = way
                rows.append(way)
            else:
                kept[pair]["share"] = share(kept[pair]) + share(way)
        self.inputs["ways"] = rows

    def insert(self, row: Row, before: str) -> None:
        """A step into the rows before another; before the first row it is where cases come in."""
        steps = self.rows("steps")
        place = next(place for place, each in enumerate(steps) if each["name"] == before)
        steps.insert(place, row)

    def drop_risks(self, names: Iterable[str]) -> None:
        """Take risks out; where another's chance grew after one of them, it no longer does."""
        gone = set(names)
        if not gone:
            return
        self.inputs["risks"] = [risk for risk in self.inputs["risks"] if risk["name"] not in gone]
        for risk in self.inputs["risks"]:
            if risk.get("given") in gone:
                risk.pop("given")
                risk.pop("factor", None)

    def risks_at(self, steps: Iterable[str]) -> list[Row]:
        wanted = set(steps)
        return [risk for risk in self.inputs.get("risks") or () if risk.get("step") in wanted]

    def drop_idle_skills(self) -> None:
        """Speeds at steps that are gone, or that the pool no longer does, are taken out."""
        if not self.inputs.get("skills"):
            return
        able = {row["name"]: self.pools_of(row) for row in self.inputs["steps"]}
        self.inputs["skills"] = [
            row
            for row in self.inputs["skills"]
            if row["step"] in able and (row["speed"] == 0.0 or row["pool"] in able[row["step"]])
        ]

    def pools_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Pools that can do a step, the preferred first."""
        known = {pool["name"]: place for place, pool in enumerate(self.inputs.get("pools") or ())}
        return names_in(row.get("pool") or "", known)


def target(way: Mapping[str, Any]) -> str:
    return way.get("to") or ""


def share(way: Mapping[str, Any]) -> float:
    return 1.0 if way.get("share") is None else float(way["share"])


def joined(names: Sequence[str]) -> str:
    """Several names as one answer."""
    return _SEPARATOR.join(names)
