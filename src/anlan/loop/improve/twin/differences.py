"""What is different between two inputs of a process: row by row, answer by answer."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.method import Field, Required
from anlan.loop.quantify.methods.process.process_fields import FIELDS

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_NAMED = ("steps", "pools", "classes", "risks")
_SINGLE = (
    "arrivals", "appointments", "arrival_times", "together", "day_variation", "promise", "complaints",
    "weeks", "warm_up_weeks", "cool_down_weeks", "replications", "orders",
)  # fmt: skip
ENTRY = "entry"
"""Field of the step that cases come to first."""


def _defaults(of: Sequence[Field]) -> dict[str, Any]:
    """What an answer that is not given stands for."""
    return {each.name: None if isinstance(each.default, Required) else each.default for each in of}


_UNSAID = _defaults(FIELDS)
_UNSAID_OF = {each.name: _defaults(each.columns) for each in FIELDS if each.kind == "table"}


@dataclass(frozen=True)
class InputChange:
    """kind: added, removed, changed; table and name of what; of a changed one the field, before and after.

    Of ways the name is `from` and `to` with an arrow between; of shifts it is the pool, and before and after
    are all its rows.
    """

    kind: str
    table: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[InputChange]:
    """In the order entry, steps, ways, pools, skills, shifts, classes, risks, and what is asked once.

    An answer that is not given is the one it stands for.
    """
    found = [InputChange(CHANGED, "", ENTRY, ENTRY, *both) for both in _entries(before, after)]
    for table in _NAMED:
        found += _rows(table, _by_name(before, table), _by_name(after, table))
        if table == "steps":
            found += _rows("ways", ways_of(before), ways_of(after))
        if table == "pools":
            found += _rows("skills", _skills(before), _skills(after))
            found += _shifts(before, after)
    for name in _SINGLE:
        was, now = (_given(inputs.get(name), _UNSAID[name]) for inputs in (before, after))
        if was != now:
            found.append(InputChange(CHANGED, "", name, name, was, now))
    return found


def _given(value: Any, unsaid: Any) -> Any:
    return unsaid if value is None or value == [] else value


def _entries(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The steps that cases come to first, where it is another one, and not the only one of a new name."""
    was, now = ([str(row["name"]) for row in inputs.get("steps") or ()] for inputs in (before, after))
    if was and now and was[0] != now[0] and (was[0] in now or now[0] in was):
        yield was[0], now[0]


def ways_of(inputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`A → B` -> its share; steps without a way lead to the next row, the last out of the process."""
    names = [str(row["name"]) for row in inputs.get("steps") or ()]
    given = {str(row["from"]) for row in inputs.get("ways") or ()}
    rows: dict[str, dict[str, Any]] = {}
    for way in inputs.get("ways") or ():
        share = 1.0 if way.get("share") is None else float(way["share"])
        name = f"{way['from']} → {way.get('to') or ''}"
        rows[name] = {"share": rows.get(name, {}).get("share", 0.0) + share}
    for name, after in zip(names, [*names[1:], ""], strict=True):
        if name not in given:
            rows[f"{name} → {after}"] = {"share": 1.0}
    return {name: row for name, row in rows.items() if row["share"] > 0}


def _by_name(inputs: Mapping[str, Any], table: str) -> dict[str, dict[str, Any]]:
    return {
        str(row["name"]): {key: value for key, value in row.items() if key != "name"}
        for row in inputs.get(table) or ()
    }


def _rows(
    table: str, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[InputChange]:
    for name in (*before, *(name for name in after if name not in before)):
        if name not in after:
            yield InputChange(REMOVED, table, name)
        elif name not in before:
            yield InputChange(ADDED, table, name)
        else:
            unsaid = _UNSAID_OF.get(table, {})
            yield from _fields(table, name, {**unsaid, **before[name]}, {**unsaid, **after[name]})


def _fields(table: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[InputChange]:
    for field in dict.fromkeys((*old, *new)):
        was, now = old.get(field), new.get(field)
        if was != now and not (was in (None, "") and now in (None, "")) and not _near(was, now):
            yield InputChange(CHANGED, table, name, field, was, now)


def _near(was: Any, now: Any) -> bool:
    """Shares that differ by rounding alone are the same."""
    return isinstance(was, float) and isinstance(now, float) and abs(was - now) <= 1e-12


def _skills(inputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`team × step` -> its speed."""
    return {f"{row['pool']} × {row['step']}": {"speed": row["speed"]} for row in inputs.get("skills") or ()}


def _shifts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[InputChange]:
    old, new = _of_pools(before), _of_pools(after)
    for pool in dict.fromkeys((*old, *new)):
        if old.get(pool) != new.get(pool):
            yield InputChange(CHANGED, "shifts", pool, "shifts", old.get(pool), new.get(pool))


def _of_pools(inputs: Mapping[str, Any]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in inputs.get("shifts") or ():
        found.setdefault(str(row["pool"]), []).append(
            {"first_day": 1, "last_day": 7, **{key: value for key, value in row.items() if key != "pool"}}
        )
    return found


def people_hours(rows: Sequence[Mapping[str, Any]] | None) -> float:
    """People times hours of a week in rows of shifts."""
    return math.fsum(
        (row["last_day"] - row["first_day"] + 1) * (row["to_hour"] - row["from_hour"]) * row["people"]
        for row in rows or ()
    )
