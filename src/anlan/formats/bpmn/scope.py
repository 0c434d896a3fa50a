"""Steps and links of a process and of the sub-processes in it."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from anlan.domain.design import LANES, Link, Step
from anlan.domain.design.edits import form_for
from anlan.domain.design.model import (
    LONGEST_CONDITION,
    LONGEST_EVIDENCE,
    LONGEST_NAME,
    LONGEST_ROLE,
    LONGEST_SOP,
    MOST_LINKS,
    MOST_STEPS,
)
from anlan.domain.errors import UsageError
from anlan.formats.bpmn import names
from anlan.formats.bpmn.notes import Notes

_UNDERSTOOD = frozenset({"incoming", "outgoing", "extensionElements", "documentation", "laneSet"})


@dataclass
class Opened:
    """A sub-process with steps of its own: where it begins and ends, the events it was framed by."""

    entries: list[str]
    exits: list[str]
    frame: set[str] = field(default_factory=set)


class Scope:
    """steps: by id, in the order of the file; links between ids; keys: those a file of ours gives."""

    def __init__(self, notes: Notes, shares: Mapping[str, float] | None = None) -> None:
        """shares: of flows by their id, where they are known from elsewhere."""
        self.notes = notes
        self._shares = shares or {}
        self.steps: dict[str, Step] = {}
        self.links: list[Link] = []
        self.keys: dict[str, str] = {}
        self._lanes: dict[str, str] = {}
        self._opened: dict[str, Opened] = {}
        self._unnamed: set[str] = set()

    def unnamed(self, identity: str) -> bool:
        return identity in self._unnamed

    def read(self, process: ET.Element) -> None:
        """All of a process or of an expanded sub-process."""
        self.notes.attributes(process)
        for lanes in process:
            if local(lanes) == "laneSet":
                self._read_lanes(lanes)
        for element in process:
            kind = local(element)
            if kind in names.SUBPROCESSES and any(local(e) in names.STEPS for e in element):
                self._open(element)
            elif kind in names.STEPS:
                self._read_step(element)
                if len(self.steps) > 2 * MOST_STEPS:
                    raise UsageError("design.too_many_steps", found=len(self.steps), most=MOST_STEPS)
            elif kind == "sequenceFlow":
                self._read_link(element)
            elif kind == "extensionElements":
                self._read_extensions(element)
            elif kind not in _UNDERSTOOD or (kind == "documentation" and local(process) == "process"):
                self.notes.unread(element)

    def _read_lanes(self, lanes: ET.Element) -> None:
        """A lane in a lane is the closer one."""
        self.notes.attributes(lanes)
        for lane in lanes:
            if local(lane) != "lane":
                self._leave(lane)
                continue
            self.notes.attributes(lane)
            role = self._cut(words_of(lane.get("name", "")), "bpmn:lane/@name", LONGEST_ROLE)
            for part in lane:
                if local(part) == "flowNodeRef":
                    self._lanes[(part.text or "").strip().rpartition(":")[2]] = role
                elif local(part) != "childLaneSet":
                    self._leave(part)
            for part in lane:
                if local(part) == "childLaneSet":
                    self._read_lanes(part)

    def _leave(self, element: ET.Element) -> None:
        if local(element) == "extensionElements":
            self._read_extensions(element)
        elif local(element) not in _UNDERSTOOD or local(element) == "documentation":
            self.notes.unread(element)

    def _read_step(self, element: ET.Element) -> None:
        kind, identity = local(element), element.get("id", "") or f"step_{len(self.steps) + 1}"
        name = self._cut(words_of(element.get("name", "")), f"{names.shown(element.tag)}/@name", LONGEST_NAME)
        if not name:
            self._unnamed.add(identity)
        own_kind, form = _kind_and_form(element)
        step = Step(identity, name or identity[:LONGEST_NAME], kind=own_kind, form=form,
                    role=self._lanes.get(identity, ""), sop=self._documentation(element))  # fmt: skip
        self.notes.attributes(element)
        if kind in names.SIMPLIFIED:
            self.notes.add("simplified", names.shown(element.tag), name or identity)
        if element.get("default"):
            self.notes.add("default_flow", f"{names.shown(element.tag)}/@default", name or identity)
        extra = self._read_parts(element, name or identity)
        self.steps[identity] = self._with_own(step, extra, identity)
        if kind == "boundaryEvent" and element.get("attachedToRef"):
            self.links.append(Link(element.get("attachedToRef", ""), identity))

    def _read_parts(self, element: ET.Element, name: str) -> ET.Element | None:
        """Notes on the parts of a step; our own extension where it has one."""
        own = None
        for part in element:
            kind = local(part)
            if kind == "extensionElements":
                own = self._read_extensions(part)
            elif kind.endswith("EventDefinition"):
                if len(part) or kind != "timerEventDefinition":
                    self.notes.add("event_definition", names.shown(part.tag), name)
            elif kind not in _UNDERSTOOD:
                self.notes.unread(part)
        return own

    def _read_extensions(self, extensions: ET.Element) -> ET.Element | None:
        """Our own extension; all others are noted, and parts within them with them."""
        own = None
        for part in extensions:
            if part.tag in (f"{{{names.OWN}}}step", f"{{{names.OWN}}}flow"):
                own = part
            else:
                self.notes.unread(part)
        return own

    def _with_own(self, step: Step, own: ET.Element | None, identity: str) -> Step:
        if own is None:
            return step
        if own.get("key"):
            self.keys[identity] = own.get("key", "")
        kind = own.get("kind", step.kind)
        return replace(
            step, name_en=own.get("nameEn", ""), channel=own.get("channel", ""), kind=kind,
            form=form_for(kind, step.form), sla_s=self._whole(own, "promiseSeconds"),
            criticality=self._whole(own, "criticality"), lane=self._lane(own),
            evidence=self._cut(own.get("evidence", ""), "anlan:step/@evidence", LONGEST_EVIDENCE),
        )  # fmt: skip

    def _lane(self, own: ET.Element) -> str:
        """The lane of the blueprint; one that is not known is noted and not told."""
        given = own.get("lane", "")
        if given and given not in LANES:
            self.notes.add("lane", f"anlan:{local(own)}/@lane", given)
            return ""
        return given

    def _whole(self, own: ET.Element, name: str) -> int | None:
        given = own.get(name, "")
        if given.isascii() and given.isdigit() and len(given) < 15:
            return int(given)
        if given:
            self.notes.add("number", f"anlan:{local(own)}/@{name}", given)
        return None

    def _documentation(self, element: ET.Element) -> str:
        texts = [(part.text or "").strip() for part in element if local(part) == "documentation"]
        return self._cut("\n".join(filter(None, texts)), "bpmn:documentation", LONGEST_SOP)

    def _read_link(self, element: ET.Element) -> None:
        self.notes.attributes(element)
        source, target = (element.get(end, "").rpartition(":")[2] for end in ("sourceRef", "targetRef"))
        named, expression, own = words_of(element.get("name", "")), "", None
        for part in element:
            if local(part) == "conditionExpression":
                expression = words_of(part.text or "")
            elif local(part) == "extensionElements":
                own = self._read_extensions(part)
            else:
                self._leave(part)
        if named and expression and named != expression:
            self.notes.add("expression", "bpmn:conditionExpression", f"{named}: {expression}")
        condition = self._cut(named or expression, "bpmn:sequenceFlow/@name", LONGEST_CONDITION)
        share = self._shares.get(element.get("id", ""), self._share(own))
        self.links.append(Link(source, target, share, condition))

    def _share(self, own: ET.Element | None) -> float | None:
        given = own.get("probability", "") if own is not None else ""
        try:
            share = float(given) if given else None
        except ValueError:
            share = -1.0
        if share is not None and not 0.0 <= share <= 1.0:
            self.notes.add("number", "anlan:flow/@probability", given)
            return None
        return share

    def _cut(self, text: str, what: str, most: int) -> str:
        if len(text) > most:
            self.notes.add("shortened", what, text[:60])
        return text[:most]

    def _open(self, element: ET.Element) -> None:
        """Lay the steps of a sub-process in place of it; one that an event starts stands apart."""
        identity, name = element.get("id", ""), words_of(element.get("name", ""))
        if element.get("triggeredByEvent") == "true":
            self.notes.add("event_subprocess", names.shown(element.tag), name or identity)
            return
        self.notes.add("flattened", names.shown(element.tag), name or identity)
        self._note_apart(element)
        before, n = set(self.steps), len(self.links)
        outer = self._lanes.get(identity, "")
        self.read(element)
        own = [key for key in self.steps if key not in before]
        for key in own:
            self.steps[key] = replace(self.steps[key], role=self.steps[key].role or outer)
        self._opened[identity] = self._frame(element, own, self.links[n:])

    def _note_apart(self, element: ET.Element) -> None:
        """What a sub-process has beside its steps and is lost with it."""
        for part in element:
            if local(part) == "documentation":
                self.notes.unread(part)

    def _frame(self, element: ET.Element, own: list[str], links: list[Link]) -> Opened:
        """Plain start and end events of a sub-process only frame it: their neighbours take their place."""
        direct = [e.get("id", "") for e in element if local(e) in names.STEPS]
        inside = [identity for identity in direct if identity in own or identity in self._opened]
        into = {link.target for link in links}
        out = {link.source for link in links}
        entries = [i for i in inside if i not in into]
        exits = [i for i in inside if i not in out]
        frame = {i for i in (*entries, *exits) if i in self.steps and self.steps[i].form in ("start", "end")}
        if frame >= set(inside):
            frame = set()
        return Opened(entries, exits, frame)

    def lay_open(self) -> None:
        """Lead links past the frames of sub-processes, and drop links that lead to nothing that was read."""
        pairs = self._past_frames(self._past_subprocesses(self.links))
        framed = {identity for opened in self._opened.values() for identity in opened.frame}
        self.steps = {identity: step for identity, step in self.steps.items() if identity not in framed}
        self.links = []
        for link in pairs:
            if link.source in self.steps and link.target in self.steps:
                self.links.append(link)
            else:
                self.notes.add("flow_nowhere", "bpmn:sequenceFlow", f"{link.source} → {link.target}")

    def _past_subprocesses(self, links: list[Link]) -> list[Link]:
        led = []
        for link in links:
            for source in self._exits(link.source):
                led += [replace(link, source=source, target=t) for t in self._entries(link.target)]
                _refuse_too_many(led)
        return led

    def _entries(self, identity: str) -> list[str]:
        opened = self._opened.get(identity)
        return [e for i in opened.entries for e in self._entries(i)] if opened else [identity]

    def _exits(self, identity: str) -> list[str]:
        opened = self._opened.get(identity)
        return [e for i in opened.exits for e in self._exits(i)] if opened else [identity]

    def _past_frames(self, links: list[Link]) -> list[Link]:
        """Take out one framing event after the other; what led to it leads to where it led."""
        framed = [identity for opened in self._opened.values() for identity in opened.frame]
        for identity in framed:
            into = [link for link in links if link.target == identity]
            out = [link for link in links if link.source == identity]
            links = [link for link in links if identity not in (link.source, link.target)]
            for a in into:
                links += [_through(a, b) for b in out]
                _refuse_too_many(links)
        return links


def _refuse_too_many(links: list[Link]) -> None:
    """Sub-processes with many entries and exits multiply; stop before a small file fills the memory."""
    if len(links) > 2 * MOST_LINKS:
        raise UsageError("design.too_many_links", found=len(links), most=MOST_LINKS)


def _through(a: Link, b: Link) -> Link:
    """Two links with a framing event between them as one."""
    return Link(a.source, b.target, a.probability if b.probability is None else b.probability,
                a.condition or b.condition)  # fmt: skip


def _kind_and_form(element: ET.Element) -> tuple[str, str]:
    kind = local(element)
    if kind in names.GATEWAYS:
        return "gateway", names.GATEWAYS[kind]
    if kind in names.EVENTS:
        timed = any(local(part) == "timerEventDefinition" for part in element)
        return ("wait", "") if kind == "intermediateCatchEvent" and timed else ("event", names.EVENTS[kind])
    return "task", ""


def local(element: ET.Element) -> str:
    """The name of an element of BPMN; empty for all others."""
    space, own = names.split(element.tag)
    return own if space == names.MODEL else ""


def words_of(text: str) -> str:
    """A label as one line: tools break names over lines."""
    return " ".join(text.split())
