"""A model found in a log: the process tree, the design it draws, and how well the log fits it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import anlan
from anlan.domain.design import Design
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.messages import in_both_languages
from anlan.loop.identify.conformance import CaseVariants, Conformance, case_variants, conform, design_of_tree
from anlan.loop.identify.conformance.tree_designs import NAMED
from anlan.loop.identify.conformance.way_shares import with_shares
from anlan.maths.process_models.alignments import DEFAULT_BUDGET, SearchBudget
from anlan.maths.process_models.discovery import MOST_NOISE, Discovered, discover
from anlan.maths.process_models.trees import shown
from anlan.maths.progress import part
from anlan.studies.conformance import conformance_section, ended_with
from anlan.studies.loading import LoadedLog

SCHEMA = "anlan.discover/1"
NOISE = 0.2
MOST_ACTIVITIES = 400
_NO_FITNESS = ("process_model.end_not_found", "process_model.too_many_markings", "process_model.no_end")
"""Faults of holding the cases against the model; the model itself was found."""


@dataclass(frozen=True, eq=False)
class FoundModel:
    """discovered: the tree; design: as drawn, with gateways and shares of ways; variants: of its cases;
    conformance: of the same cases to it, None where it could not be computed, and `refused` says why."""

    discovered: Discovered
    design: Design
    variants: CaseVariants
    cases_left_out: int
    conformance: Conformance | None
    refused: UsageError | None = None


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
    left_out = int(np.count_nonzero(np.diff(log.case_offsets) > 0)) - len(variants.cases)
    try:
        with part(0.4, 1.0):
            fit = conform(log, design, among=among, budget=budget)
    except UsageError as error:
        if error.code not in _NO_FITNESS:
            raise
        return FoundModel(discovered, design, variants, left_out, None, error)
    return FoundModel(discovered, with_shares(design, fit), variants, left_out, fit)


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
            "links": [{"source": link.source, "target": link.target, "probability": link.probability}
                      for link in design.links],
        },
    }  # fmt: skip
    return result, design


def discovered_section(found: FoundModel) -> dict[str, Any]:
    """What was found, without log and drawing."""
    discovered = found.discovered
    return {
        "noise": discovered.noise,
        "tree": shown(discovered.tree),
        "activities_of_flowers": [list(labels) for labels in discovered.flowers],
        "events": discovered.n_events,
        "events_left_out": discovered.events_left_out,
        "cases": len(found.variants.cases),
        "cases_left_out": found.cases_left_out,
        "variants": len(found.variants.samples),
        **_fit(found),
    }


def _fit(found: FoundModel) -> dict[str, Any]:
    """How well the cases fit; where that could not be computed nothing but why."""
    if found.conformance is None:
        assert found.refused is not None
        refused = {"code": found.refused.code, "parameters": dict(found.refused.parameters)}
        return {"verdict": "unknown", "variants_unproven": 0, "fitness": None, "precision": None,
                "no_fitness": refused}  # fmt: skip
    section = conformance_section(found.conformance, found.design)
    names = ("variants_unproven", "fitness", "precision")
    return {"verdict": found.conformance.model_verdict, **{name: section[name] for name in names},
            "no_fitness": None}  # fmt: skip
