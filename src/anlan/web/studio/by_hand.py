"""A twin that a person describes: the steps of the process in force, each with a time and who does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.design import Design, Step
from anlan.domain.errors import UsageError
from anlan.studies.methods.one_line import estimate_of, number_of
from anlan.studies.twin.drawn import Drawn
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
class AskedWay:
    """A way out of a step that has several and does not take all: number of its box, both ends, by key and by
    name; given: the share that the process has."""

    number: int
    link: tuple[str, str]
    source: str
    target: str
    given: str


@dataclass(frozen=True)
class Asked:
    """The process's own steps. rows: those that take time; ways: those whose share is asked for."""

    design: Design
    rows: tuple[Row, ...]
    names: Mapping[str, str]
    ways: tuple[AskedWay, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What was typed: by number of the row its time, team and people, by number of the way its share; for the
    whole arrivals and promise."""

    times: Mapping[int, str] = field(default_factory=dict)
    pools: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    shares: Mapping[int, str] = field(default_factory=dict)
    arrivals: str = ""
    promise: str = ""
    note: str = ""

    @classmethod
    def empty(cls, asked: Asked) -> "Answers":
        """Nothing but the teams and shares that the process itself names."""
        return cls(pools={row.number: row.role for row in asked.rows},
                   shares={way.number: way.given for way in asked.ways})  # fmt: skip

    @classmethod
    def sent(cls, asked: Asked, given: Mapping[str, str]) -> "Answers":
        def column(name: str) -> dict[int, str]:
            return {row.number: _plain(given.get(f"{name}.{row.number}", "")) for row in asked.rows}

        shares = {way.number: _plain(given.get(f"share.{way.number}", "")) for way in asked.ways}
        whole = [_plain(given.get(name, "")) for name in ("arrivals", "promise", "note")]
        return cls(column("time"), column("pool"), column("people"), shares, *whole)

    def of_ways(self, asked: Asked) -> list[tuple[AskedWay, str]]:
        """Each way with its share."""
        return [(way, self.shares.get(way.number, "")) for way in asked.ways]

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
    rows = tuple(Row(n, step.key, names[step.key], step.role) for n, step in enumerate(tasks))
    return Asked(design, rows, names, _asked_ways(design, names))


def _asked_ways(design: Design, names: Mapping[str, str]) -> tuple[AskedWay, ...]:
    chosen = {step.key for step in design.steps if step.form != "and"}
    several = {key for key in chosen if sum(link.source == key for link in design.links) > 1}
    found = [link for link in design.links if link.source in several]
    return tuple(
        AskedWay(n, (link.source, link.target), names[link.source], names[link.target],
                 "" if link.probability is None else f"{link.probability:.6g}")
        for n, link in enumerate(found)
    )  # fmt: skip


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
    says what is wrong with it. Errors: RefusedInput `twin.join`, `twin.join_mixed` for gateways that bring
    ways together which none of them opened."""
    shares = {way.link: answers.shares[way.number] for way in asked.ways}
    drawn = Drawn(
        asked.design, asked.names, {of: number_of(said) if said else None for of, said in shares.items()}
    )
    rows = {row.key: row for row in asked.rows}
    steps = [
        each for step in asked.design.steps for each in _rows_of(step, rows.get(step.key), answers, drawn)
    ]
    inputs: dict[str, Any] = {
        "steps": _entry_first(asked, steps, drawn), "ways": drawn.ways,
        "pools": [{"name": name, "people": n} for name, n in _people(asked, answers).items()],
        "arrivals": [number_of(answers.arrivals)] if answers.arrivals else [],
    }  # fmt: skip
    if answers.promise:
        inputs["promise"] = number_of(answers.promise)
    return inputs


def _rows_of(step: Step, row: Row | None, answers: Answers, drawn: Drawn) -> list[dict[str, Any]]:
    if row is None:
        return [] if step.form == "end" else drawn.gateway(step)
    time = answers.times[row.number]
    made: dict[str, Any] = {"name": row.name, "time": estimate_of(time) if time else None}
    if answers.pools[row.number]:
        made["pool"] = answers.pools[row.number]
    if step.sla_s:
        made["promise"] = step.sla_s / 60
    drawn.choose(step)
    return [made]


def _people(asked: Asked, answers: Answers) -> dict[str, Any]:
    """Team -> how many: the first number that is given for it, one where none is."""
    found: dict[str, Any] = {}
    for row in asked.rows:
        pool, given = answers.pools[row.number], answers.people[row.number]
        if pool and (given or pool not in found):
            found[pool] = number_of(given) if given else found.get(pool, 1)
    return found


def _entry_first(asked: Asked, steps: list[dict[str, Any]], drawn: Drawn) -> list[dict[str, Any]]:
    """Cases come in at the first row: the start, or a step that nothing leads to."""
    led_to = {link.target for link in asked.design.links}
    starts = [step.key for step in asked.design.steps if step.form == "start"]
    starts += [step.key for step in asked.design.steps if step.key not in led_to]
    if not starts:
        return steps
    name = drawn.entry(starts[0])
    return sorted(steps, key=lambda row: row["name"] != name)
