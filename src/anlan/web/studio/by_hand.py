"""A twin that a person describes: the steps of the process in force, each with a time and who does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.design import Design, Step
from anlan.domain.errors import RefusedInput, UsageError
from anlan.studies.methods.one_line import estimate_of, number_of
from anlan.web.catalog.drafting import design_of
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import version_shown
from anlan.web.common.texts import in_language

_OPEN = ("gateway", "event")
_LONGEST = 400


@dataclass(frozen=True)
class Row:
    """A step that is asked for: number of its boxes, name, who does it as far as is known."""

    number: int
    key: str
    name: str
    role: str


@dataclass(frozen=True)
class Asked:
    """The process's own steps. rows: those that take time."""

    design: Design
    rows: tuple[Row, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Answers:
    """What was typed: by number of the row its time, team and people; for the whole arrivals and promise."""

    times: Mapping[int, str] = field(default_factory=dict)
    pools: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    arrivals: str = ""
    promise: str = ""
    note: str = ""

    @classmethod
    def empty(cls, asked: Asked) -> "Answers":
        """Nothing but the teams that the process itself names."""
        return cls(pools={row.number: row.role for row in asked.rows})

    @classmethod
    def sent(cls, asked: Asked, given: Mapping[str, str]) -> "Answers":
        def column(name: str) -> dict[int, str]:
            return {row.number: _plain(given.get(f"{name}.{row.number}", "")) for row in asked.rows}

        return cls(column("time"), column("pool"), column("people"), _plain(given.get("arrivals", "")),
                   _plain(given.get("promise", "")), _plain(given.get("note", "")))  # fmt: skip

    def of(self, asked: Asked) -> list[tuple[Row, str, str, str]]:
        """Each row with its three answers."""
        return [
            (
                row,
                self.times.get(row.number, ""),
                self.pools.get(row.number, ""),
                self.people.get(row.number, ""),
            )
            for row in asked.rows
        ]


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()[:_LONGEST]


def asked_of(process: Process) -> Asked:
    """The steps of the version in force, or the newest. Errors: UsageError `studio.no_steps`."""
    version = version_shown(process)
    design = design_of(version)
    tasks = [step for step in design.steps if step.kind not in _OPEN]
    if not tasks:
        raise UsageError("studio.no_steps", process=process.code)
    names = _names(design.steps)
    return Asked(
        design, tuple(Row(n, step.key, names[step.key], step.role) for n, step in enumerate(tasks)), names
    )


def _names(steps: Sequence[Step]) -> dict[str, str]:
    """Key -> a name of its own in the language of the page."""
    found: dict[str, str] = {}
    for step in steps:
        wanted, number = in_language(step) or step.key, 1
        name = wanted
        while name in found.values():
            number, name = number + 1, f"{wanted} {number + 1}"
        found[step.key] = name
    return found


def inputs_of(asked: Asked, answers: Answers) -> dict[str, Any]:
    """The inputs of the simulation. What is not a number or a time stays as typed; the method's check then
    says what is wrong with it. Errors: RefusedInput `studio.parallel` for gateways that open several ways."""
    open_all = [step for step in asked.design.steps if step.form in ("and", "or")]
    if open_all:
        raise RefusedInput("studio.parallel", where=asked.names[open_all[0].key])
    by_key = {row.key: row for row in asked.rows}
    people = _people(asked, answers)
    steps: list[dict[str, Any]] = []
    for step in asked.design.steps:
        row = by_key.get(step.key)
        if row is None:
            if step.form != "end":
                steps.append({"name": asked.names[step.key], "kind": "choice"})
            continue
        time = answers.times[row.number]
        made: dict[str, Any] = {"name": row.name, "time": estimate_of(time) if time else None}
        if answers.pools[row.number]:
            made["pool"] = answers.pools[row.number]
        if step.sla_s:
            made["promise"] = step.sla_s / 60
        steps.append(made)
    inputs: dict[str, Any] = {
        "steps": _entry_first(asked, steps), "ways": _ways(asked),
        "pools": [{"name": name, "people": n} for name, n in people.items()],
        "arrivals": [number_of(answers.arrivals)] if answers.arrivals else [],
    }  # fmt: skip
    if answers.promise:
        inputs["promise"] = number_of(answers.promise)
    return inputs


def _people(asked: Asked, answers: Answers) -> dict[str, Any]:
    """Team -> how many: the first number that is given for it, one where none is."""
    found: dict[str, Any] = {}
    for row in asked.rows:
        pool, given = answers.pools[row.number], answers.people[row.number]
        if pool and (given or pool not in found):
            found[pool] = number_of(given) if given else found.get(pool, 1)
    return found


def _ways(asked: Asked) -> list[dict[str, Any]]:
    """Ways with their shares; several without one share what the others leave."""
    ends = {step.key for step in asked.design.steps if step.form == "end"}
    rows: list[dict[str, Any]] = []
    for step in asked.design.steps:
        if step.key in ends:
            continue
        out = [link for link in asked.design.links if link.source == step.key]
        told = sum(link.probability or 0.0 for link in out)
        open_ = [link for link in out if link.probability is None]
        rest = max(0.0, 1.0 - told) / len(open_) if open_ else 0.0
        for link in out:
            share = rest if link.probability is None else link.probability
            to = "" if link.target in ends else asked.names[link.target]
            rows.append({"from": asked.names[step.key], "to": to, "share": share})
        if not out:
            rows.append({"from": asked.names[step.key], "to": "", "share": 1.0})
    return rows


def _entry_first(asked: Asked, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases come in at the first row: the start, or a step that nothing leads to."""
    led_to = {link.target for link in asked.design.links}
    starts = [step.key for step in asked.design.steps if step.form == "start"]
    starts += [step.key for step in asked.design.steps if step.key not in led_to]
    if not starts:
        return steps
    name = asked.names[starts[0]]
    return sorted(steps, key=lambda row: row["name"] != name)
