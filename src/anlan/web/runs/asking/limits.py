"""How long a case or a step may take: by number and unit, a promise of the process, a column, or per step."""

from collections.abc import Mapping
from typing import Any

from django import forms

from anlan.studies.options import Limit, parse_limit
from anlan.web.common.texts import text
from anlan.web.runs.asking.durations import LONGEST, UNITS, said, split, unit_field, written
from anlan.web.runs.asking.known import Known, Promise
from anlan.web.runs.asking.question import Question, Unfit, Way, needed, number

MOST_STEPS = 60
"""Steps that get a field of their own; where there are more, limits are of the case or by a column."""


def limit_question(name: str, title: str, known: Known, given: str | None) -> Question:
    limit = parse_limit(given) if given else _of_nodes(known)
    ways = [
        Way("none", text("runs.ask.limit.none"), note=text("runs.ask.limit.none_help")),
        _case(limit),
        *([_promises(known)] if known.promises else []),
        *([_steps(known, limit)] if 0 < len(known.steps) <= MOST_STEPS else []),
        _column(known, limit),
    ]
    return Question(name, title, tuple(ways), _chosen(limit), note=_note(known, given))


def limit_said(given: str) -> str:
    """A limit in words."""
    limit = parse_limit(given)
    if limit.column is not None:
        return text("runs.ask.limit.said_column", column=limit.column)
    if limit.case_s is not None:
        return text("runs.ask.limit.said_case", length=said(limit.case_s))
    return text("runs.ask.list").join(f"{step} {said(length)}" for step, length in limit.activity_s.items())


def _note(known: Known, given: str | None) -> str:
    return text("runs.ask.limit.from_nodes") if not given and known.node_limits else ""


def _of_nodes(known: Known) -> Limit | None:
    """The limits that the nodes of the process bear."""
    return Limit("", activity_s=dict(known.node_limits)) if known.node_limits else None


def _chosen(limit: Limit | None) -> str:
    if limit is None:
        return "none"
    return "column" if limit.column else "case" if limit.case_s is not None else "steps"


def _case(limit: Limit | None) -> Way:
    amount, unit = split(limit.case_s) if limit and limit.case_s is not None else (None, "d")
    fields = {"amount": number(text("runs.ask.limit.length"), initial=amount, high=LONGEST),
              "unit": unit_field(initial=unit)}  # fmt: skip
    return Way("case", text("runs.ask.limit.case"), _case_answer, fields)


def _case_answer(given: Mapping[str, Any]) -> str:
    return written(_positive(needed(given, "amount"), "amount"), given["unit"] or "d")


def _positive(amount: float, name: str) -> float:
    if amount <= 0:
        raise Unfit(name, text("runs.ask.positive"))
    return amount


def _promises(known: Known) -> Way:
    choices = [(promise.code, _promise_said(promise)) for promise in known.promises]
    field = forms.ChoiceField(choices=choices, required=False, label=text("runs.ask.limit.promise_of"))
    by_code = {promise.code: promise for promise in known.promises}

    def answer(given: Mapping[str, Any]) -> str:
        promise = by_code[given["promise"] or choices[0][0]]
        length = written(*split(promise.seconds))
        return f"{_escaped(promise.step)}={length}" if promise.step else length

    return Way("promise", text("runs.ask.limit.promise"), answer, {"promise": field})


def _promise_said(promise: Promise) -> str:
    where = f"{promise.step_name} · " if promise.step else ""
    return f"{promise.code} {promise.says} ({where}{said(promise.seconds)})"


def _steps(known: Known, limit: Limit | None) -> Way:
    """A field for each step; those left empty have no limit."""
    held = dict(limit.activity_s) if limit else {}
    unit = min((split(s)[1] for s in held.values()), key=list(UNITS).index, default="h")
    fields: dict[str, forms.Field] = {
        f"step{i}": number(label, initial=held[key] / UNITS[unit] if key in held else None, high=LONGEST)
        for i, (key, label) in enumerate(known.steps.items())
    }

    def answer(given: Mapping[str, Any]) -> str:
        filled = {
            key: given[f"step{i}"] for i, key in enumerate(known.steps) if given[f"step{i}"] is not None
        }
        if not filled:
            raise Unfit("step0", text("runs.ask.limit.no_step"))
        for i, key in enumerate(known.steps):
            if key in filled:
                _positive(filled[key], f"step{i}")
        return ",".join(
            f"{_escaped(key)}={written(n, given['steps_unit'] or unit)}" for key, n in filled.items()
        )

    return Way(
        "steps", text("runs.ask.limit.steps"), answer, {"steps_unit": unit_field(initial=unit), **fields}
    )


def _escaped(name: str) -> str:
    return name.replace(",", "\\,")


def _column(known: Known, limit: Limit | None) -> Way:
    held = limit.column if limit else None
    choices = [(column, column) for column in dict.fromkeys([*known.columns, *([held] if held else [])])]
    if choices:
        field: forms.Field = forms.ChoiceField(
            choices=choices, initial=held, required=False, label=text("runs.ask.limit.column_of")
        )
    else:
        field = forms.CharField(max_length=200, required=False, label=text("runs.ask.limit.column_of"))
    note = text("runs.ask.limit.column_help")
    return Way("column", text("runs.ask.limit.column"), _column_answer, {"column": field}, note)


def _column_answer(given: Mapping[str, Any]) -> str:
    return f"column:{needed(given, 'column')}"
