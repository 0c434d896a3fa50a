"""A BPMN 2.0 file as a design, in this order:

1. `guarded_root` reads the XML within limits.
2. Of several processes the one with most steps is taken.
3. `Scope` gathers steps, links, lanes and sub-processes; what it does not understand it notes.
4. Sub-processes with steps of their own are laid open: links lead to their first and from their last steps.
5. Keys are those of a file of ours; else the step's name where it is the only one of that name, else its id.
6. A file of ours keeps its order; others are put in the order in which the flow meets the steps.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from anlan.domain.design import Design, Link, Step, checked
from anlan.domain.design.model import LONGEST_CONDITION, LONGEST_KEY
from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.bpmn import names
from anlan.formats.bpmn.guarded_xml import guarded_root
from anlan.formats.bpmn.notes import Note, Notes
from anlan.formats.bpmn.scope import Scope, local, words_of


@dataclass(frozen=True)
class ReadBpmn:
    """name: of the process or its pool; design; notes: everything that was not or only partly understood;
    keys: of the steps by their ids in the file."""

    name: str
    design: Design
    notes: tuple[Note, ...]
    keys: Mapping[str, str] = field(default_factory=dict)


def read_bpmn(content: bytes, *, name: str, shares: Mapping[str, float] | None = None) -> ReadBpmn:
    """The process of a file called `name`. RefusedInput where it holds none that can be read.

    shares: of flows by their id, where they are known from elsewhere.
    """
    root = guarded_root(content, name=name)
    if root.tag != f"{{{names.MODEL}}}definitions":
        raise RefusedInput("bpmn.not_bpmn", file=name, found=names.shown(root.tag)[:120])
    _refuse_double_ids(root, name)
    notes = Notes()
    process = _largest(root, notes, name)
    _note_around(root, process, notes)
    scope = Scope(notes, shares)
    try:
        scope.read(process)
        scope.lay_open()
        keys = _keys(scope, notes)
        design = checked(_design(scope, keys, notes))
    except UsageError as fault:
        raise RefusedInput(fault.code, **fault.parameters) from fault
    title = words_of(process.get("name", "")) or _pool_name(root, process)
    return ReadBpmn(title[:120], design, notes.all(), keys)


def _refuse_double_ids(root: ET.Element, name: str) -> None:
    ids = Counter(e.get("id") for e in root.iter() if e.get("id") and names.split(e.tag)[0] == names.MODEL)
    twice = next((identity for identity, n in ids.items() if n > 1), None)
    if twice is not None:
        raise RefusedInput("bpmn.id_twice", file=name, found=str(twice)[:80])


def _largest(root: ET.Element, notes: Notes, name: str) -> ET.Element:
    processes = [child for child in root if local(child) == "process"]
    sizes = [sum(local(e) in names.STEPS for e in process.iter()) for process in processes]
    if not any(sizes):
        raise RefusedInput("bpmn.no_steps", file=name, found=len(processes))
    chosen = processes[sizes.index(max(sizes))]
    for process, size in zip(processes, sizes, strict=True):
        if process is not chosen and size:
            notes.add("other_process", "bpmn:process", _pool_name(root, process) or process.get("name", ""))
    return chosen


def _pool_name(root: ET.Element, process: ET.Element) -> str:
    for pool in root.iter(f"{{{names.MODEL}}}participant"):
        if process.get("id") and pool.get("processRef", "").rpartition(":")[2] == process.get("id"):
            return words_of(pool.get("name", ""))
    return ""


def _note_around(root: ET.Element, process: ET.Element, notes: Notes) -> None:
    """What stands beside the process: pools, message flows, drawings, definitions, attributes of tools."""
    notes.attributes(root)
    for child in root:
        if local(child) == "process":
            continue
        if local(child) == "collaboration":
            notes.attributes(child)
            for part in child:
                _note_of_collaboration(part, process, notes)
        elif names.split(child.tag)[0] == names.DIAGRAM:
            notes.add("diagram", names.shown(child.tag))
        else:
            notes.unread(child)


def _note_of_collaboration(part: ET.Element, process: ET.Element, notes: Notes) -> None:
    if local(part) == "messageFlow":
        ends = f"{part.get('sourceRef', '')} → {part.get('targetRef', '')}"
        notes.add("message_flow", "bpmn:messageFlow", words_of(part.get("name", "")) or ends)
    elif local(part) != "participant":
        notes.unread(part)
    else:
        notes.attributes(part)
        for inner in part:
            notes.unread(inner)
        if part.get("processRef", "").rpartition(":")[2] != process.get("id"):
            notes.add("pool", "bpmn:participant", words_of(part.get("name", "")) or part.get("id", ""))


def _design(scope: Scope, keys: Mapping[str, str], notes: Notes) -> Design:
    steps = {identity: replace(step, key=keys[identity]) for identity, step in scope.steps.items()}
    links: dict[tuple[str, str], Link] = {}
    for found in scope.links:
        link = replace(found, source=keys[found.source], target=keys[found.target])
        pair = (link.source, link.target)
        if pair in links:
            notes.add("parallel_flow", "bpmn:sequenceFlow", f"{pair[0]} → {pair[1]}")
            link = _joined(links[pair], link)
        links[pair] = link
    ordered = list(steps.values()) if scope.keys else _walked(list(steps.values()), links.values())
    return Design(tuple(ordered), tuple(links.values()))


def _joined(first: Link, second: Link) -> Link:
    """Two flows between the same steps as one: either condition, both shares."""
    conditions = dict.fromkeys(text for text in (first.condition, second.condition) if text)
    shares = (first.probability, second.probability)
    both = None if None in shares else min(sum(share or 0.0 for share in shares), 1.0)
    return replace(first, condition=" / ".join(conditions)[:LONGEST_CONDITION], probability=both)


def _keys(scope: Scope, notes: Notes) -> Mapping[str, str]:
    """Id -> key."""
    n = Counter(step.name for step in scope.steps.values())
    wanted: dict[str, str] = {}
    for identity, step in scope.steps.items():
        own = scope.keys.get(identity, "")
        only = step.name if n[step.name] == 1 and not scope.unnamed(identity) else identity
        wanted[identity] = (own or only)[:LONGEST_KEY]
    taken: set[str] = set()
    for identity, key in wanted.items():
        numbered = (f"{key[: LONGEST_KEY - 8]} {i}" for i in range(2, len(wanted) + 3))
        free = next(name for name in (key, *numbered) if name not in taken)
        if free != key:
            notes.add("key_taken", "anlan:step", key)
        taken.add(free)
        wanted[identity] = free
    return wanted


def _walked(steps: list[Step], links: Iterable[Link]) -> list[Step]:
    """Breadth first from the start events, else from steps nothing leads to, then what is left."""
    onward: dict[str, list[str]] = {}
    for link in links:
        onward.setdefault(link.source, []).append(link.target)
    reached = {target for targets in onward.values() for target in targets}
    starts = [s.key for s in steps if s.form == "start"] + [s.key for s in steps if s.key not in reached]
    order: dict[str, None] = {}
    for first in (*starts, *(step.key for step in steps)):
        waiting = [first]
        for key in waiting:
            if key not in order:
                order[key] = None
                waiting += onward.get(key, ())
    by_key = {step.key: step for step in steps}
    return [by_key[key] for key in order]
