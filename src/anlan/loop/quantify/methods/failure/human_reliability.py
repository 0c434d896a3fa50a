"""Human reliability: how probable an error is in each step of a task, and in the task.

1. Each step by HEART (generic task and error-producing conditions), by SPAR-H (nominal probability and
   shaping factors), or with a probability that is given.
2. Dependence of a step on the one before, in the five levels of THERP.
3. The task fails where any step fails, or only where all do (checks and recoveries).

Tables and formulas: `anlan.maths.human_error`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered
from anlan.maths.human_error import spar_h
from anlan.maths.human_error.dependence import LEVELS, all_fail, any_fails, given_the_same_before
from anlan.maths.human_error.heart import (
    GENERIC_TASKS,
    GREATEST_EFFECTS,
    assessed_effect,
    heart_probability,
)

_FACTORS = tuple(spar_h.MULTIPLIERS["diagnosis"])
_LEVELS = tuple(
    dict.fromkeys(level for kind in spar_h.MULTIPLIERS.values() for f in kind.values() for level in f)
)
_RARELY_BELOW = 1e-5
_MANY_CONDITIONS = 4


@dataclass(frozen=True)
class _Part:
    """One thing that raises or lowers the probability of a step, and its factor (None: certain error)."""

    name: Note | str
    factor: float | None
    is_raising: bool


@dataclass(frozen=True)
class _Step:
    """The probability of a step by itself with its limits, and what made it."""

    name: str
    nominal: float
    probability: float
    low: float
    high: float
    parts: tuple[_Part, ...] = ()


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The probability that the task fails, with that of every step."""
    faults = Faults()
    rows = inputs["steps"]
    numbered(rows, "steps", faults)
    steps = [_TECHNIQUES[row["technique"]](row, f"steps[{n}]", faults) for n, row in enumerate(rows, start=1)]
    if rows[0]["dependence"] != "zero":
        faults.add("hra.first", where="steps[1].dependence", found=rows[0]["dependence"])
    faults.raise_any()
    levels = [row["dependence"] for row in rows]
    whole = all_fail if inputs["fails_when"] == "all" else any_fails
    value, low, high = (
        whole([getattr(step, name) for step in steps], levels) for name in ("probability", "low", "high")
    )
    return Answer(
        quantities=(
            Quantity("human_error_probability", value, "probability", low, high, "middle_90"),
            Quantity("without_dependence", whole([s.probability for s in steps], ["zero"] * len(steps)),
                     "probability"),
        ),
        tables=(_by_step(steps, rows), _by_factor(steps)),
        charts=(Chart("bars", _drawn(steps)),),
        assumptions=(
            Note("hra.limits_together"), Note(f"hra.fails_when_{inputs['fails_when']}"),
            *(Note(f"heart.task_{row['task'].upper()}", {"step": row["name"]})
              for row in rows if row["technique"] == "heart"),
        ),
        warnings=_warnings(steps, rows, inputs["fails_when"], value),
    )  # fmt: skip


def _heart(row: Mapping[str, Any], where: str, faults: Faults) -> _Step:
    """Nominal of the generic task times the assessed effects; its limits times the same, all at most 1."""
    task = GENERIC_TASKS.get(row["task"].upper())
    if task is None:
        known = tuple(GENERIC_TASKS)
        faults.add("method.not_a_choice", where=f"{where}.task", found=row["task"], known=known)
        task = GENERIC_TASKS["M"]
    parts = [
        _condition(each, f"{where}.conditions[{n}]", faults)
        for n, each in enumerate(row["conditions"], start=1)
    ]
    effects = [part.factor or 1.0 for part in parts]
    value, low, high = (heart_probability(nominal, effects) for nominal in task)
    return _Step(row["name"], task[0], value, low, high, tuple(parts))


def _condition(row: Mapping[str, Any], where: str, faults: Faults) -> _Part:
    number, effect = row["number"], row["effect"]
    if (number is None) == (effect is None):
        faults.add("hra.condition", where=where)
        return _Part("", 1.0, True)
    greatest = GREATEST_EFFECTS[number - 1] if number is not None else effect
    name: Note | str = row["name"] or (Note(f"heart.condition_{number}") if number else "")
    return _Part(name, assessed_effect(greatest, row["proportion"]), True)


def _spar_h(row: Mapping[str, Any], where: str, faults: Faults) -> _Step:
    """Nominal of the kind of task times the multipliers; limits of the constrained distribution."""
    kind = row["task"]
    if kind not in spar_h.NOMINAL:
        known = tuple(spar_h.NOMINAL)
        faults.add("method.not_a_choice", where=f"{where}.task", found=kind, known=known)
        kind = "action"
    seen: set[str] = set()
    parts = []
    for number, each in enumerate(row["factors"], start=1):
        place, levels = f"{where}.factors[{number}]", spar_h.MULTIPLIERS[kind][each["factor"]]
        if each["factor"] in seen:
            faults.add("hra.factor_twice", where=f"{place}.factor", found=each["factor"])
        seen.add(each["factor"])
        if each["level"] not in levels:
            known = tuple(levels)
            faults.add("method.not_a_choice", where=f"{place}.level", found=each["level"], known=known)
            continue
        factor = levels[each["level"]]
        name = Note(f"spar_h.{each['factor']}.{each['level']}")
        parts.append(_Part(name, None if factor == spar_h.CERTAIN else factor, factor > 1))
    nominal = spar_h.NOMINAL[kind]
    multipliers = [spar_h.CERTAIN if part.factor is None else part.factor for part in parts]
    value = spar_h.spar_h_probability(nominal, multipliers)
    low, high = spar_h.constrained_limits(value) if value < 1 else (1.0, 1.0)
    return _Step(row["name"], nominal, value, low, high, tuple(parts))


def _given(row: Mapping[str, Any], where: str, faults: Faults) -> _Step:
    """A probability from a table or a study; the error factor spans the middle 90 % on both sides."""
    value = row["probability"]
    if value is None:
        faults.add("method.missing_input", where=f"{where}.probability")
        value = 0.0
    spread = row["error_factor"]
    return _Step(row["name"], value, value, value / spread, min(1.0, value * spread))


_TECHNIQUES: Mapping[str, Callable[[Mapping[str, Any], str, Faults], _Step]] = {
    "heart": _heart,
    "spar_h": _spar_h,
    "given": _given,
}


def _by_step(steps: Sequence[_Step], rows: Sequence[Mapping[str, Any]]) -> AnswerTable:
    found = tuple(
        (
            step.name,
            step.nominal,
            step.probability,
            step.low,
            step.high,
            Note(f"hra.dependence_{row['dependence']}"),
            given_the_same_before(step.probability, row["dependence"]),
        )
        for step, row in zip(steps, rows, strict=True)
    )
    columns = (
        "human_step", "nominal", "error_probability", "low_limit", "high_limit", "dependence",
        "after_error_before",
    )  # fmt: skip
    return AnswerTable("human_steps", columns, found)


def _by_factor(steps: Sequence[_Step]) -> AnswerTable:
    """Every condition or shaping factor with its factor, greatest first within a step."""
    rows = tuple(
        (step.name, part.name, part.factor)
        for step in steps
        for part in sorted(step.parts, key=lambda each: -(each.factor or float("inf")))
    )
    return AnswerTable("shaping_factors", ("human_step", "shaping_condition", "shaping_factor"), rows)


def _drawn(steps: Sequence[_Step]) -> dict[str, Any]:
    return {
        "value": "error_probability",
        "rows": [
            {"name": step.name, "value": step.probability, "low": step.low, "high": step.high}
            for step in steps
        ],
    }


def _warnings(
    steps: Sequence[_Step], rows: Sequence[Mapping[str, Any]], fails_when: str, whole: float
) -> tuple[Note, ...]:
    found = []
    for step, row in zip(steps, rows, strict=True):
        negative = sum(part.is_raising for part in step.parts)
        if row["technique"] == "spar_h" and negative >= 3:
            found.append(Note("hra.adjusted", {"step": step.name, "n": negative}))
        if row["technique"] == "heart" and len(step.parts) > _MANY_CONDITIONS:
            found.append(Note("hra.many_conditions", {"step": step.name, "n": len(step.parts)}))
        if step.probability >= 1.0:
            found.append(Note("hra.certain", {"step": step.name}))
        if step.probability < _RARELY_BELOW:
            found.append(Note("hra.very_small", {"step": step.name, "p": step.probability}))
    if fails_when == "all" and len(rows) > 1 and all(row["dependence"] == "zero" for row in rows[1:]):
        found.append(Note("hra.no_dependence"))
    if fails_when == "all" and len(rows) > 1 and whole < _RARELY_BELOW:
        found.append(Note("hra.joint_very_small", {"p": whole}))
    return tuple(found)


_CONDITIONS = Field(
    "conditions",
    "table",
    default=(),
    least=0,
    most=38,
    columns=(
        Field("number", "integer", default=None, low=1, high=len(GREATEST_EFFECTS)),
        Field("name", "text", default=""),
        Field("effect", "number", default=None, low=1, high=100),
        Field("proportion", "number", low=0, high=1),
    ),
)
_SHAPING = Field(
    "factors",
    "table",
    default=(),
    least=0,
    most=len(_FACTORS),
    columns=(
        Field("factor", "choice", choices=_FACTORS),
        Field("level", "choice", choices=_LEVELS),
    ),
)
METHOD = Method(
    "human_reliability",
    (
        Field(
            "steps",
            "table",
            most=100,
            columns=(
                Field("name", "text"),
                Field("technique", "choice", choices=tuple(_TECHNIQUES)),
                Field("task", "text", default=""),
                _CONDITIONS,
                _SHAPING,
                Field("probability", "number", default=None, low=0, high=1),
                Field("error_factor", "number", default=1.0, low=1, high=1000),
                Field("dependence", "choice", default="zero", choices=tuple(LEVELS)),
            ),
        ),
        Field("fails_when", "choice", default="any", choices=("any", "all")),
    ),
    run,
)
