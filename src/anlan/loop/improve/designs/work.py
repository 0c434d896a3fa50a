"""Operators that change the work at steps: steadier, automated, several at once, some before others."""

from collections.abc import Mapping
from typing import Any

from anlan.loop.improve.designs.drafts import Draft, Row
from anlan.loop.improve.designs.times import law, scaled, steadier

Change = Mapping[str, Any]
_OF_A_LINE = ("pool", "patience", "longest_line", "gives_up_to", "batch", "batch_wait", "level")
_MOST_LEVEL = 9


def tasks(draft: Draft, change: Change) -> list[Row]:
    """The steps named; each is work."""
    rows = draft.several("steps", change["steps"], "steps")
    for row in rows:
        if draft.kind(row["name"]) != "task":
            raise draft.refused("no_work", "steps", found=row["name"])
    return rows


def standardise(draft: Draft, change: Change) -> None:
    """The same mean time, with `factor` times the standard deviation."""
    if not 0.0 <= change["factor"] <= 1.0:
        raise draft.refused("outside", "factor", found=change["factor"], limits="[0, 1]")
    for row in tasks(draft, change):
        if law(row["time"]).variance == 0.0:
            raise draft.refused("no_spread", "steps", found=row["name"])
        row["time"] = steadier(row["time"], change["factor"])


def automate(draft: Draft, change: Change) -> None:
    """`factor` times the time; with `chance` it fails and is done again; `cost` by execution instead of what
    it cost; unattended: nobody is needed for it any more."""
    for row in tasks(draft, change):
        name = row["name"]
        row["time"] = scaled(row["time"], change["factor"])
        if change["cost"] is not None:
            row["cost"] = change["cost"]
        if change["unattended"]:
            _unattended(draft, row)
        if change["chance"]:
            risk = draft.free(change["name"] or f"⚙ {name}", "risks")
            draft.rows("risks").append(
                {"name": risk, "step": name, "chance": change["chance"], "effect": "repeat"}
            )


def _unattended(draft: Draft, row: Row) -> None:
    """Nobody is waited for, so nobody loses patience; risks no longer grow with a line."""
    for field in _OF_A_LINE:
        row.pop(field, None)
    for risk in draft.risks_at([row["name"]]):
        for field in ("load", "load_from", "load_slope"):
            risk.pop(field, None)


def batch(draft: Draft, change: Change) -> None:
    """So many cases are served together, begun at the latest `wait` minutes after the first came."""
    for row in tasks(draft, change):
        if change["size"] > 1 and (row.get("patience") is not None or row.get("longest_line") is not None):
            raise draft.refused("impatient", "steps", found=row["name"])
        row["batch"] = change["size"]
        row["batch_wait"] = change["wait"] if change["size"] > 1 else None


def prioritise(draft: Draft, change: Change) -> None:
    """Steps are served before all others of their pools, or a class of cases before all other classes."""
    if bool(change["steps"]) == bool(change["case_class"]):
        raise draft.refused("steps_or_class", "steps")
    if change["case_class"]:
        first = draft.row("classes", change["case_class"], "case_class")
        _first(draft, [first], draft.rows("classes"), "case_class")
        return
    rows = tasks(draft, change)
    pools = {pool for row in rows for pool in draft.pools_of(row)}
    if not pools:
        raise draft.refused("nobody_waits", "steps", found=rows[0]["name"])
    _first(draft, rows, [row for row in draft.rows("steps") if pools & set(draft.pools_of(row))], "steps")


def _first(draft: Draft, wanted: list[Row], among: list[Row], field: str) -> None:
    """The others go behind by as many levels as the last of those wanted needs to be before the first of
    them."""
    others = [row for row in among if not any(row is each for each in wanted)]
    if not others:
        raise draft.refused("no_others", field, found=wanted[0]["name"])
    behind = 1 + max(_level(row) for row in wanted) - min(_level(row) for row in others)
    for row in others if behind > 0 else ():
        row["level"] = _level(row) + behind
        if row["level"] > _MOST_LEVEL:
            raise draft.refused("too_many_levels", field, found=row["level"], most=_MOST_LEVEL)


def _level(row: Row) -> int:
    return int(row.get("level") or 0)
