"""The facts of a design's steps for its blueprint and journey, out of what was measured."""

from collections.abc import Iterable, Mapping
from typing import Any

from anlan.domain.design import Design, Step
from anlan.domain.design.main_path import Traffic, is_work, main_path
from anlan.domain.design.service_view import ServiceView, Spread, StepFacts, within
from anlan.loop.key_nodes.moments import Moment, moments_of_truth

Known = Mapping[str, Mapping[str, Any]]
"""By key of a step: fields of `StepFacts` known from elsewhere."""


def service_view(
    design: Design,
    *,
    name: str,
    language: str,
    section: Mapping[str, Any] | None = None,
    activities: Mapping[str, str] | None = None,
    known: Known | None = None,
) -> ServiceView:
    """section: a result's `process`, None without a log; activities: name in the log -> key of the step,
    the names themselves where it is None; known: by key what else is known of a step."""
    measured = _Measured(section or {"activities": [], "edges": []}, activities)
    facts = {
        step.key: _facts(step, language, measured, (known or {}).get(step.key, {}))
        for step in design.steps
        if is_work(step)
    }
    traffic = measured.traffic(design)
    given = any(link.probability is not None for link in design.links)
    by = "log" if traffic.links else "probabilities" if given else "drawing"
    return ServiceView(name, main_path(design, traffic), facts, by)


def moments_of(steps: Iterable[StepFacts]) -> list[Moment]:
    """Moments of truth among the steps the customer meets."""
    return moments_of_truth(
        {
            step.key: {
                "waiting": None if step.wait is None else step.wait.n * step.wait.mean_s,
                "risk": None if step.rank is None else float(step.rank),
                "complaints": None if step.reports is None else float(step.reports),
            }
            for step in steps
            if step.touches
        }
    )


class _Measured:
    def __init__(self, section: Mapping[str, Any], activities: Mapping[str, str] | None) -> None:
        names = activities or {a["name"]: a["name"] for a in section["activities"]}
        self.activities = {names[a["name"]]: a for a in section["activities"] if a["name"] in names}
        self.edges = [
            (names[e["from"]], names[e["to"]], e)
            for e in section["edges"]
            if e["from"] in names and e["to"] in names
        ]
        self.has_starts = any(a["waiting_s"] for a in section["activities"])

    def wait(self, key: str) -> tuple[Spread | None, str]:
        """As `StepFacts.wait`. Of gaps the mean is over all ways in, median and quantile those of the way
        most cases take: quantiles of a mixture do not follow from quantiles of its parts."""
        activity = self.activities.get(key)
        if activity is None:
            return None, ""
        if self.has_starts:
            found = activity["waiting_s"]
            return (None if found is None else _spread(found)), "waiting" if found else ""
        ways = self.ways_into(key)
        if not ways:
            return None, ""
        n = sum(way.n for way in ways)
        mean = sum(way.n * way.mean_s for way in ways) / n
        most = max(ways, key=lambda way: way.n)
        return Spread(n, mean, most.median_s, most.p95_s), "gap"

    def ways_into(self, key: str) -> list[Spread]:
        """From the completion of another step before to its own, by that step."""
        return [
            Spread(e["count"], e["mean_s"], e["median_s"], e["p95_s"])
            for source, target, e in self.edges
            if target == key != source
        ]

    def traffic(self, design: Design) -> Traffic:
        """A link to or from a gateway has the cases of the steps it joins."""
        counts = {(u, v): e["count"] for u, v, e in self.edges}
        ahead, behind = _work_beside(design, forward=True), _work_beside(design, forward=False)
        taken: dict[str, dict[tuple[str, str], int]] = {}
        for link in design.links:
            pairs = [(u, v) for u in behind(link.source) for v in ahead(link.target)]
            if any(u in self.activities and v in self.activities for u, v in pairs):
                count = sum(counts.get(pair, 0) for pair in pairs)
                taken.setdefault(link.source, {})[link.source, link.target] = count
        ended = {key: int(a["ends"]) for key, a in self.activities.items()}
        left = {key: sum(links.values()) + ended.get(key, 0) for key, links in taken.items()}
        links = {pair: n / left[key] for key, own in taken.items() for pair, n in own.items() if left[key]}
        ends = {key: n / left[key] for key, n in ended.items() if left.get(key)}
        starts = {key: float(a["starts"]) for key, a in self.activities.items()}
        return Traffic(links, starts, ends, {pair: float(n) for pair, n in counts.items()})


def _work_beside(design: Design, *, forward: bool) -> Any:
    """The steps of work that stand at a step, or first beyond it where it is a gateway or an event."""
    beside: dict[str, list[str]] = {step.key: [] for step in design.steps}
    for link in design.links:
        here, there = (link.source, link.target) if forward else (link.target, link.source)
        beside[here].append(there)
    work = {step.key for step in design.steps if is_work(step)}

    def found(key: str) -> set[str]:
        at, waiting, passed = set(), [key], {key}
        while waiting:
            here = waiting.pop()
            if here in work:
                at.add(here)
                continue
            fresh = [there for there in beside[here] if there not in passed]
            passed.update(fresh)
            waiting += fresh
        return at

    return found


def _spread(found: Mapping[str, Any]) -> Spread:
    return Spread(found["n"], found["mean"], found["median"], found["p95"])


def _facts(step: Step, language: str, measured: _Measured, known: Mapping[str, Any]) -> StepFacts:
    wait, kind = measured.wait(step.key)
    activity = measured.activities.get(step.key)
    return StepFacts(
        step.key,
        (step.name_en if language == "en" else "") or step.name,
        step.lane,
        step.evidence,
        step.role,
        step.channel,
        step.sla_s,
        activity["cases"] if activity else None,
        wait,
        kind,
        within(step.sla_s, measured.ways_into(step.key)) if step.sla_s else None,
        **known,
    )
