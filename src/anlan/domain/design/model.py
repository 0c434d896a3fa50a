"""Steps in their order and the links between them.

kind   task, event, gateway, wait, handover
form   of an event start or end, of a gateway xor, and, or; empty for all others
lane   who does a step and whether the customer sees it: customer, front, back, support; empty: not told
"""

import math
from dataclasses import dataclass

from anlan.domain.errors import UsageError

KINDS = ("task", "event", "gateway", "wait", "handover")
FORMS = {"event": ("", "start", "end"), "gateway": ("xor", "and", "or")}
LANES = ("customer", "front", "back", "support")
MOST_STEPS, MOST_LINKS = 1000, 5000
LONGEST_KEY = LONGEST_NAME = LONGEST_CONDITION = LONGEST_EVIDENCE = 200
LONGEST_ROLE, LONGEST_SOP = 80, 20_000
MOST_SECONDS = 100 * 366 * 86400


@dataclass(frozen=True)
class Step:
    """`key` is stable over versions; sla_s: promised seconds; criticality: 1 to 5; owner: a user name;
    evidence: what the customer sees or keeps at the step."""

    key: str
    name: str
    name_en: str = ""
    kind: str = "task"
    form: str = ""
    role: str = ""
    channel: str = ""
    sla_s: int | None = None
    criticality: int | None = None
    owner: str = ""
    pack_node: str = ""
    sop: str = ""
    lane: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Link:
    """From one step's key to another's. probability: of this way among those that leave the step, 0 to 1."""

    source: str
    target: str
    probability: float | None = None
    condition: str = ""


@dataclass(frozen=True)
class Design:
    """Steps in their order and links in the order they were drawn."""

    steps: tuple[Step, ...] = ()
    links: tuple[Link, ...] = ()

    def step(self, key: str) -> Step:
        """The step of that key; UsageError where there is none."""
        found = next((step for step in self.steps if step.key == key), None)
        if found is None:
            raise UsageError("design.unknown_step", found=key[:80])
        return found

    def link(self, source: str, target: str) -> Link:
        found = next((link for link in self.links if (link.source, link.target) == (source, target)), None)
        if found is None:
            raise UsageError("design.unknown_link", source=source[:80], target=target[:80])
        return found


def checked(design: Design) -> Design:
    """The design itself; UsageError says what in it cannot be kept."""
    for what, found, most in (
        ("steps", len(design.steps), MOST_STEPS),
        ("links", len(design.links), MOST_LINKS),
    ):
        if found > most:
            raise UsageError(f"design.too_many_{what}", found=found, most=most)
    keys: set[str] = set()
    for step in design.steps:
        if step.key in keys:
            raise UsageError("design.step_twice", found=step.key[:80])
        keys.add(step.key)
        _check_step(step)
    pairs: set[tuple[str, str]] = set()
    for link in design.links:
        _check_link(link, keys)
        if (link.source, link.target) in pairs:
            raise UsageError("design.link_twice", source=link.source[:80], target=link.target[:80])
        pairs.add((link.source, link.target))
    return design


def _check_step(step: Step) -> None:
    if not step.key or not step.name.strip():
        raise UsageError("design.name_missing")
    lengths = (("key", LONGEST_KEY), ("name", LONGEST_NAME), ("name_en", LONGEST_NAME),
               ("role", LONGEST_ROLE), ("channel", LONGEST_ROLE), ("sop", LONGEST_SOP),
               ("evidence", LONGEST_EVIDENCE))  # fmt: skip
    for name, most in lengths:
        if len(getattr(step, name)) > most:
            raise UsageError("design.too_long", step=step.name[:80], name=name, most=most)
    if step.kind not in KINDS:
        raise UsageError("design.kind", step=step.name[:80], found=step.kind[:40], accepted=", ".join(KINDS))
    accepted = FORMS.get(step.kind, ("",))
    if step.form not in accepted:
        raise UsageError("design.form", step=step.name[:80], kind=step.kind, found=step.form[:40] or "—",
                         accepted=", ".join(form or "—" for form in accepted))  # fmt: skip
    if step.lane not in ("", *LANES):
        raise UsageError("design.lane", step=step.name[:80], found=step.lane[:40], accepted=", ".join(LANES))
    if step.sla_s is not None and not 0 < step.sla_s <= MOST_SECONDS:
        raise UsageError("design.promise", step=step.name[:80], found=step.sla_s)
    if step.criticality is not None and not 1 <= step.criticality <= 5:
        raise UsageError("design.criticality", step=step.name[:80], found=step.criticality)


def _check_link(link: Link, keys: set[str]) -> None:
    for key in (link.source, link.target):
        if key not in keys:
            raise UsageError("design.unknown_step", found=key[:80])
    if link.probability is not None and not (
        math.isfinite(link.probability) and 0.0 <= link.probability <= 1.0
    ):
        raise UsageError("design.probability", source=link.source[:80], target=link.target[:80],
                         found=link.probability)  # fmt: skip
    if len(link.condition) > LONGEST_CONDITION:
        raise UsageError("design.too_long", step=link.source[:80], name="condition", most=LONGEST_CONDITION)
