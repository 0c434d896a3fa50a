"""Operators that change the way of a case: remove, merge, reorder, parallelise, put a control in between.

Steps that stay keep their names, so that their draws stay the same; see `luck`.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from anlan.loop.improve.designs.drafts import GATEWAYS, Draft, Row, joined, share, target
from anlan.loop.improve.designs.times import added

Change = Mapping[str, Any]
_ENTRY_KINDS = ("task", "choice", "split", "some")


def remove(draft: Draft, change: Change) -> None:
    """Steps that are done no more; who led to one leads on to what came after it.

    Where several ways leave it, the choice among them stays. Risks at it go with it.
    """
    for row in draft.several("steps", change["steps"], "steps"):
        _remove(draft, row)
    draft.add_up_ways()


def _remove(draft: Draft, row: Row) -> None:
    name = row["name"]
    if draft.kind(name) != "task":
        raise draft.refused("no_work", "steps", found=name)
    draft.write_ways()
    onward = [way for way in draft.ways_from(name) if target(way) != name and share(way) > 0]
    if not onward:
        raise draft.refused("only_itself", "steps", found=name)
    draft.drop_risks([risk["name"] for risk in draft.risks_at([name])])
    if len(onward) > 1:
        _only_choose(draft, row, onward)
        return
    to = target(onward[0])
    if any(name in (risk.get("leads_to"), risk.get("found_at")) for risk in draft.inputs.get("risks") or ()):
        if not to:
            raise draft.refused("risk_to_nowhere", "steps", found=name)
        draft.lead_risks([name], to)
    steps = draft.rows("steps")
    if steps[0]["name"] == name:
        if not to or draft.kind(to) not in _ENTRY_KINDS:
            raise draft.refused("no_entry", "steps", found=name)
        following = draft.row("steps", to, "steps")
        steps.remove(following)
        steps.insert(0, following)
    draft.inputs["ways"] = [way for way in draft.rows("ways") if way["from"] != name]
    draft.lead([name], to)
    draft.inputs["steps"] = [each for each in draft.rows("steps") if each["name"] != name]


def _only_choose(draft: Draft, row: Row, onward: Sequence[Row]) -> None:
    """The step becomes a choice that takes no time."""
    name, total = row["name"], sum(share(way) for way in onward)
    for way in onward:
        way["share"] = share(way) / total
    draft.inputs["ways"] = [
        way for way in draft.rows("ways") if way["from"] != name or any(way is kept for kept in onward)
    ]
    row.clear()
    row.update(name=name, kind="choice")


def chain(draft: Draft, names: Sequence[str], *, straight: bool) -> list[Row]:
    """The ways from each step to the next. Errors: RefusedInput where a step does not lead to the next.

    straight: they lead nowhere else, and nothing else leads to those after the first.
    """
    if len(names) < 2:
        raise draft.refused("too_few_steps", "steps", found=len(names))
    draft.write_ways()
    found = []
    for one, other in pairwise(names):
        ways = [way for way in draft.ways_from(one) if share(way) > 0]
        on = next((way for way in ways if target(way) == other), None)
        if on is None:
            raise draft.refused("not_next", "steps", found=one, next=other)
        if straight and len(ways) > 1:
            raise draft.refused("leads_elsewhere", "steps", found=one, next=other)
        if straight and draft.sources_of(other) != [one]:
            raise draft.refused("led_to", "steps", found=other, before=one)
        found.append(on)
    return found


def _tasks(draft: Draft, text: str) -> list[Row]:
    rows = draft.several("steps", text, "steps")
    for row in rows:
        if draft.kind(row["name"]) != "task":
            raise draft.refused("no_work", "steps", found=row["name"])
    return rows


def merge(draft: Draft, change: Change) -> None:
    """Steps in a row become one visit: the times added up times `factor`, one wait in line, not several.

    It is done by the pool of the first, or the one named; costs add up, risks come along, the promise is that
    of all, where each has one. What led to one of the later steps leads to the merged one.
    """
    rows = _tasks(draft, change["steps"])
    names = [row["name"] for row in rows]
    draft.write_ways()
    for one, other in pairwise(names):
        ways = [way for way in draft.ways_from(one) if share(way) > 0]
        if [target(way) for way in ways] != [other]:
            raise draft.refused("not_only_next", "steps", found=one, next=other)
    if len(names) < 2:
        raise draft.refused("too_few_steps", "steps", found=len(names))
    first, last, rest = rows[0], names[-1], set(names[1:])
    first["time"] = added(
        [row["time"] for row in rows], 1.0 if change["factor"] is None else change["factor"]
    )
    first["cost"] = sum(row.get("cost") or 0.0 for row in rows)
    promises = [row.get("promise") for row in rows]
    first["promise"] = None if None in promises else sum(promises)
    if change["pool"]:
        first["pool"] = draft.row("pools", change["pool"], "pool")["name"]
    draft.inputs["ways"] = [way for way in draft.rows("ways") if way["from"] not in set(names) - {last}]
    for way in draft.ways_from(last):
        way["from"] = names[0]
    draft.lead(rest, names[0])
    draft.lead_risks(rest, names[0])
    for risk in draft.risks_at(rest):
        risk["step"] = names[0]
    draft.inputs["steps"] = [row for row in draft.rows("steps") if row["name"] not in rest]
    if change["name"]:
        _rename(draft, names[0], draft.free(change["name"]))


def _rename(draft: Draft, old: str, new: str) -> None:
    for table, names in (("steps", ("name", "joins", "gives_up_to")), ("ways", ("from", "to")),
                         ("risks", ("step", "leads_to", "found_at"))):  # fmt: skip
        for row in draft.inputs.get(table) or ():
            for name in names:
                if row.get(name) == old:
                    row[name] = new


def reorder(draft: Draft, change: Change) -> None:
    """Steps in a row are done in the order named. What leads a case out of the row at a step (a refusal found
    there) goes with the step, so that a check put first spares the work after it."""
    wanted = [row["name"] for row in _tasks(draft, change["steps"])]
    now = _present_order(draft, wanted)
    mains = chain(draft, now, straight=False)
    last = max(draft.ways_from(now[-1]), key=share)
    after, shares = target(last), {way["from"]: way for way in (*mains, last)}
    for name in now[1:]:
        if any(source != now[now.index(name) - 1] for source in draft.sources_of(name)):
            raise draft.refused("led_to", "steps", found=name, before=now[now.index(name) - 1])
    for one, other in zip(wanted, [*wanted[1:], after], strict=True):
        shares[one]["to"] = other
    for way in draft.rows("ways"):
        if target(way) == now[0] and way["from"] not in now:
            way["to"] = wanted[0]
    places = [place for place, row in enumerate(draft.rows("steps")) if row["name"] in now]
    by_name = {row["name"]: row for row in draft.rows("steps")}
    for place, name in zip(places, sorted(wanted, key=wanted.index), strict=True):
        draft.rows("steps")[place] = by_name[name]


def _present_order(draft: Draft, names: Sequence[str]) -> list[str]:
    """The steps in the order they follow one another now."""
    draft.write_ways()
    if len(set(names)) < 2:
        raise draft.refused("too_few_steps", "steps", found=len(set(names)))
    inside = set(names)
    starts = [name for name in names if not inside & set(draft.sources_of(name))]
    found = starts[:1]
    while len(starts) == 1 and len(found) < len(names):
        on = [target(way) for way in draft.ways_from(found[-1]) if target(way) in inside - set(found)]
        if len(on) != 1:
            break
        found.append(on[0])
    if len(found) < len(names):
        raise draft.refused("not_in_a_row", "steps", found=joined(names))
    return found


def parallelise(draft: Draft, change: Change) -> None:
    """Steps in a row are done at the same time; the case goes on when all are done."""
    names = [row["name"] for row in _tasks(draft, change["steps"])]
    chain(draft, names, straight=True)
    last = names[-1]
    loops = [
        way
        for name in names
        for way in draft.ways_from(name)
        if target(way) in names[: names.index(name) + 1]
    ]
    _check_branches(draft, names, any(share(way) > 0 for way in loops))
    split = draft.free(" ∥ ".join(names))
    join = draft.free(f"{split} ✓")
    entry = draft.rows("steps")[0]["name"] in names
    draft.lead([names[0]], split, but=names)
    inside = set(names)
    for risk in draft.inputs.get("risks") or ():
        if risk.get("step") not in inside and risk.get("leads_to") in inside:
            risk["leads_to"] = split
    after = draft.ways_from(last)
    for way in after:
        way["from"] = join
    ways = [way for way in draft.rows("ways") if way["from"] not in inside]
    ways += [{"from": split, "to": name, "share": 1.0} for name in names]
    ways += [{"from": name, "to": join, "share": 1.0} for name in names]
    draft.inputs["ways"] = ways
    draft.insert({"name": split, "kind": "split"}, draft.rows("steps")[0]["name"] if entry else names[0])
    steps = draft.rows("steps")
    at = max(place for place, row in enumerate(steps) if row["name"] in inside)
    steps.insert(at + 1, {"name": join, "kind": "join", "joins": split})


def _check_branches(draft: Draft, names: Sequence[str], loops: bool) -> None:
    """Nothing leads out of a branch or back into one, or the join would wait for what never comes."""
    if loops:
        raise draft.refused("loop", "steps", found=joined(names))
    for risk in draft.risks_at(names):
        effect, step = risk.get("effect") or "none", risk["step"]
        if effect in ("rework", "found_later") and risk.get("leads_to") != step:
            raise draft.refused("risk_leaves", "steps", found=step, risk=risk["name"])
    for risk in draft.inputs.get("risks") or ():
        if risk.get("found_at") in names:
            raise draft.refused("risk_leaves", "steps", found=risk["found_at"], risk=risk["name"])
    for row in draft.rows("steps"):
        if row["name"] in names and row.get("gives_up_to"):
            raise draft.refused("gives_up_elsewhere", "steps", found=row["name"])


def control(draft: Draft, change: Change) -> None:
    """A check that every case passes on its way to a step. Faults that were hidden come to light there with
    `chance` (1 where not given), instead of where they would have been found.

    risks: which; where not given, all that are found later.
    """
    before = _one(draft, change)
    hidden = _hidden(draft, change)
    draft.write_ways()
    name = draft.free(change["name"])
    step: Row = {"name": name, "time": change["time"]}
    if change["pool"]:
        step["pool"] = draft.row("pools", change["pool"], "pool")["name"]
    if change["cost"]:
        step["cost"] = change["cost"]
    draft.lead([before], name)
    draft.rows("ways").append({"from": name, "to": before, "share": 1.0})
    draft.insert(step, before)
    caught = 1.0 if change["chance"] is None else change["chance"]
    for risk in hidden if caught > 0.0 else ():
        if caught < 1.0:
            missed = {**risk, "name": draft.free(f"{risk['name']} · {name}", "risks"),
                      "chance": risk["chance"] * (1.0 - caught)}  # fmt: skip
            draft.rows("risks").append(missed)
        risk["chance"], risk["found_at"] = risk["chance"] * caught, name


def _one(draft: Draft, change: Change) -> str:
    """The step the control comes before."""
    rows = draft.several("steps", change["steps"], "steps")
    if len(rows) != 1:
        raise draft.refused("one_step", "steps", found=len(rows))
    if draft.kind(rows[0]["name"]) in GATEWAYS[-1:]:
        raise draft.refused("before_join", "steps", found=rows[0]["name"])
    return str(rows[0]["name"])


def _hidden(draft: Draft, change: Change) -> list[Row]:
    if not change["risks"]:
        return [risk for risk in draft.inputs.get("risks") or () if risk.get("effect") == "found_later"]
    found = draft.several("risks", change["risks"], "risks")
    for risk in found:
        if risk.get("effect") != "found_later":
            raise draft.refused("not_hidden", "risks", found=risk["name"])
    return found
