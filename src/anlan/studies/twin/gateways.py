"""Which opening gateway a join belongs to: the first step that every way out of it must pass (its immediate
post-dominator), found on the ways that lead on.

Source: Cooper, Harvey and Kennedy (2001), A simple, fast dominance algorithm, on the reversed graph.
"""

from collections.abc import Mapping, Sequence

from anlan.domain.design import Design
from anlan.domain.errors import RefusedInput

_END = ""


def joins_of(design: Design, *, bare_steps_open: bool = True) -> dict[str, str]:
    """Key of each parallel or inclusive gateway that brings ways together -> key of the step that opens them.

    bare_steps_open: a step that several ways leave without a share takes all of them, as BPMN has it.
    Errors: RefusedInput `twin.join` where a join belongs to no opening or to several, `twin.join_mixed` where
    an inclusive opening is brought together by a parallel gateway.
    """
    out: dict[str, list[str]] = {step.key: [] for step in design.steps}
    into: dict[str, list[str]] = {step.key: [] for step in design.steps}
    for link in design.links:
        out[link.source].append(link.target)
        into[link.target].append(link.source)
    after = _post_dominators(out)
    shared = {(link.source) for link in design.links if link.probability is not None}
    joins = {step.key for step in design.steps if step.form in ("and", "or") and len(into[step.key]) > 1}
    opens = [
        step for step in design.steps
        if len(out[step.key]) > 1
        and (step.form in ("and", "or")
             or (bare_steps_open and step.kind != "gateway" and step.key not in shared))
    ]  # fmt: skip
    found: dict[str, str] = {}
    for step in opens:
        join = after.get(step.key, _END)
        if join not in joins:
            continue
        if join in found:
            raise RefusedInput("twin.join", where=design.step(join).name)
        if step.form == "or" and design.step(join).form == "and":
            raise RefusedInput("twin.join_mixed", where=design.step(join).name)
        found[join] = step.key
    return found


def _post_dominators(out: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Step -> the first step on all its ways to the end; the end itself where there is none before."""
    order = _backwards(out)
    place = {key: number for number, key in enumerate(order)}
    found = {_END: _END}
    changed = True
    while changed:
        changed = False
        for key in order[1:]:
            known = [each for each in (out[key] or [_END]) if each in found]
            new = known[0]
            for other in known[1:]:
                new = _meet(new, other, found, place)
            if found.get(key) != new:
                found[key], changed = new, True
    return found


def _meet(a: str, b: str, found: Mapping[str, str], place: Mapping[str, int]) -> str:
    while a != b:
        while place[a] > place[b]:
            a = found[a]
        while place[b] > place[a]:
            b = found[b]
    return a


def _backwards(out: Mapping[str, Sequence[str]]) -> list[str]:
    """Reverse postorder from the end against the flow; only steps that lead to the end are in it."""
    into: dict[str, list[str]] = {_END: [key for key, ways in out.items() if not ways]}
    for key, ways in out.items():
        for target in ways:
            into.setdefault(target, []).append(key)
    done: list[str] = []
    seen = {_END}
    waiting = [(_END, iter(into.get(_END, ())))]
    while waiting:
        key, rest = waiting[-1]
        following = next((each for each in rest if each not in seen), None)
        if following is None:
            done.append(key)
            waiting.pop()
        else:
            seen.add(following)
            waiting.append((following, iter(into.get(following, ()))))
    return done[::-1]
