"""A model found in a log: the process tree, the design it draws, and how well the log fits it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import anlan
from anlan.domain.design import Design
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.messages import in_both_languages
from anlan.loop.identify.conformance import Conformance, case_variants, conform, design_of_tree
from anlan.loop.identify.conformance.tree_designs import NAMED
from anlan.maths.process_models.alignments import DEFAULT_BUDGET, SearchBudget
from anlan.maths.process_models.discovery import MOST_NOISE, Discovered, discover
from anlan.maths.process_models.trees import shown
from anlan.maths.progress import part
from anlan.studies.conformance import conformance_section, ended_with
from anlan.studies.loading import LoadedLog

SCHEMA = "anlan.discover/1"
NOISE = 0.2
MOST_ACTIVITIES = 400


@dataclass(frozen=True, eq=False)
class FoundModel:
    """discovered: the tree; design: as drawn, with gateways; conformance: of the same cases to it."""

    discovered: Discovered
    design: Design
    conformance: Conformance


def find_model(
    log: EventLog,
    *,
    noise: float = NOISE,
    closing: Sequence[str] | None = None,
    budget: SearchBudget = DEFAULT_BUDGET,
) -> FoundModel:
    """UsageError where `noise` is outside 0 to 0.9, there are no cases, or too many activities to draw."""
    if not 0.0 <= noise <= MOST_NOISE:
        raise UsageError("process_model.noise", found=noise, most=MOST_NOISE)
    among = ended_with(log, closing)
    variants = case_variants(log, among)
    if not len(variants.cases):
        raise UsageError("process_model.no_cases")
    if len(log.activity_names) > MOST_ACTIVITIES:
        found = len(log.activity_names)
        raise UsageError("process_model.too_many_activities", found=found, most=MOST_ACTIVITIES)
    with part(0.0, 0.4):
        discovered = discover(variants.sequences(), noise=noise)
    design = design_of_tree(discovered.tree, step_names())
    with part(0.4, 1.0):
        return FoundModel(discovered, design, conform(log, design, among=among, budget=budget))


def step_names() -> Mapping[str, tuple[str, str]]:
    """What the steps without an activity are called, in Chinese and English."""
    texts = {name: in_both_languages(f"conformance.drawn.{name}") for name in NAMED}
    return {name: (text["zh"], text["en"]) for name, text in texts.items()}


def discovery(
    loaded: LoadedLog, *, noise: float = NOISE, closing: Sequence[str] | None = None
) -> tuple[dict[str, Any], Design]:
    """The result of `anlan discover`, and the design to write."""
    found = find_model(loaded.log, noise=noise, closing=closing)
    facts, design = loaded.facts, found.design
    result = {
        "schema": SCHEMA,
        "version": anlan.__version__,
        "log": {"name": facts.name, "id": facts.id, "sha256": facts.sha256, "cases": loaded.log.n_cases,
                "events": loaded.log.n_events, "rejected": dict(facts.rejected)},
        "closing": None if closing is None else list(closing),
        **discovered_section(found),
        "model": {
            "steps": [{"key": s.key, "name": s.name, "name_en": s.name_en, "kind": s.kind, "form": s.form}
                      for s in design.steps],
            "links": [{"source": link.source, "target": link.target} for link in design.links],
        },
    }  # fmt: skip
    return result, design


def discovered_section(found: FoundModel) -> dict[str, Any]:
    """What was found, without log and drawing."""
    discovered, section = found.discovered, conformance_section(found.conformance, found.design)
    return {
        "noise": discovered.noise,
        "tree": shown(discovered.tree),
        "activities_of_flowers": [list(labels) for labels in discovered.flowers],
        "events": discovered.n_events,
        "events_left_out": discovered.events_left_out,
        "verdict": found.conformance.model_verdict,
        **{name: section[name] for name in
           ("cases", "cases_left_out", "variants", "variants_unproven", "fitness", "precision")},
    }  # fmt: skip
