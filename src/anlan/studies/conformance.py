"""A log against a model file: fitness, precision and deviations, as written to JSON and shown to people."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import anlan
from anlan.domain.design import Design
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.bpmn import read_bpmn
from anlan.formats.bpmn.guarded_xml import MOST_BYTES
from anlan.formats.bpmn.notes import Note
from anlan.formats.messages import in_both_languages
from anlan.formats.settings_bytes import read_once
from anlan.loop.identify.conformance import Conformance, Deviation, conform
from anlan.maths.process_models.alignments import DEFAULT_BUDGET, Alignment, SearchBudget
from anlan.maths.process_models.precision import Precision
from anlan.maths.rates import wilson
from anlan.studies.loading import LoadedLog
from anlan.studies.numbers import interval

SCHEMA = "anlan.conform/1"
MOST_SAMPLES = 10
VARIANTS_SHOWN = 20


@dataclass(frozen=True)
class Model:
    """A designed process read from a file; notes: what of the file was not or only partly understood."""

    name: str
    file: str
    sha256: str
    design: Design
    notes: tuple[Note, ...] = ()


def read_model(path: Path) -> Model:
    """A BPMN 2.0 file. RefusedInput where there is none or it holds no process."""
    given = read_once(path, kind="model", largest=MOST_BYTES)
    read = read_bpmn(given.content, name=given.name)
    return Model(read.name or path.stem, given.name, given.sha256, read.design, read.notes)


def conformance(
    loaded: LoadedLog,
    model: Model,
    *,
    closing: Sequence[str] | None = None,
    variants: int = VARIANTS_SHOWN,
    budget: SearchBudget = DEFAULT_BUDGET,
) -> dict[str, Any]:
    """The result of `anlan conform`. closing: only cases that ended with one of these; None: all cases."""
    log = loaded.log
    found = conform(log, model.design, among=ended_with(log, closing), budget=budget)
    return {
        "schema": SCHEMA,
        "version": anlan.__version__,
        "log": _log(loaded),
        "closing": None if closing is None else list(closing),
        "model": _model(model, found),
        **conformance_section(found, model.design),
        "variant_list": [_variant(found, number) for number in range(min(variants, len(found.alignments)))],
        "notes": [
            {"code": note.code, "text": in_both_languages(f"bpmn.notes.{note.code}", **asdict(note))}
            for note in model.notes
        ],
    }


def ended_with(log: EventLog, closing: Sequence[str] | None) -> NDArray[np.bool_] | None:
    """Cases whose last activity is one of these, bool per case; UsageError for one the log does not have."""
    if closing is None:
        return None
    unknown = [name for name in closing if name not in log.activity_names]
    if unknown:
        raise UsageError("option.closing_activity", found=unknown[0], known=sorted(log.activity_names))
    ends = np.array([name in closing for name in log.activity_names], dtype=np.bool_)
    last = np.maximum(log.case_offsets[1:] - 1, 0)
    present = np.diff(log.case_offsets) > 0
    return present & ends[log.activity[last]] if log.n_events else present


def conformance_section(found: Conformance, design: Design) -> dict[str, Any]:
    """What was found, without log and model: also what the application keeps."""
    names = {step.key: step.name for step in design.steps}
    return {
        "cases": found.n_cases,
        "cases_left_out": found.cases_left_out,
        "variants": len(found.alignments),
        "variants_unproven": found.unproven,
        "fitness": {
            "log": found.fitness.of_log,
            "log_at_most": found.fitness.at_most,
            "cases": found.fitness.of_cases,
            "fitting_cases": interval(found.fitness.fitting),
        },
        "precision": precision_section(found.precision),
        "deviations": [_deviation(d, found) for d in found.deviations],
        "activities": activities_section(found),
        "unknown": list(found.matched.unknown),
        "unrecorded": [{"key": key, "name": names[key]} for key in found.matched.unrecorded],
        "unchecked": [{"key": key, "name": names[key]} for key in found.matched.unchecked],
    }


def activities_section(found: Conformance) -> list[dict[str, Any]]:
    """Cases with any deviation at each activity, most first: what a map colours."""
    hit: dict[str, NDArray[np.int64]] = {}
    for deviation in found.deviations:
        before = hit.get(deviation.name)
        hit[deviation.name] = deviation.cases if before is None else np.union1d(before, deviation.cases)
    shares = {name: wilson(len(cases), found.n_cases) for name, cases in hit.items()}
    ordered = sorted(hit, key=lambda name: (-len(hit[name]), name))
    return [{"activity": a, "cases": len(hit[a]), "share": interval(shares[a])} for a in ordered]


def precision_section(found: Precision | None) -> dict[str, Any] | None:
    """None where the model is too large to look at whole."""
    if found is None:
        return None
    escapes = [{"activity": name, "cases": cases} for name, cases in found.escapes.items()]
    return {"value": found.value, "permitted": found.permitted, "followed": found.followed,
            "escapes": escapes}  # fmt: skip


def _log(loaded: LoadedLog) -> dict[str, Any]:
    facts = loaded.facts
    return {"name": facts.name, "id": facts.id, "sha256": facts.sha256, "cases": loaded.log.n_cases,
            "events": loaded.log.n_events, "rejected": dict(facts.rejected)}  # fmt: skip


def _model(model: Model, found: Conformance) -> dict[str, Any]:
    names = {step.key: step.name for step in model.design.steps}
    return {
        "name": model.name,
        "file": model.file,
        "sha256": model.sha256,
        "steps": len(model.design.steps),
        "links": len(model.design.links),
        "verdict": found.model_verdict,
        "markings": found.soundness.n_markings,
        "stuck_markings": found.soundness.stuck,
        "dead_steps": [names[key] for key in found.dead_steps],
        "approximated_gateways": [names[key] for key in found.approximated],
        "shortest_run": found.shortest,
    }


def _deviation(deviation: Deviation, found: Conformance) -> dict[str, Any]:
    log = found.variants.log
    hashes = log.case_hash[deviation.cases]
    samples = deviation.cases[np.argsort(hashes, kind="stable")[:MOST_SAMPLES]]
    return {
        "kind": deviation.kind,
        "step": deviation.step or None,
        "activity": deviation.name,
        "cases": len(deviation.cases),
        "events": deviation.events,
        "share": interval(deviation.share),
        "case_ids": [log.case_names[int(case)].as_py() for case in samples],
    }


def _variant(found: Conformance, number: int) -> dict[str, Any]:
    alignment, names = found.alignments[number], found.variants.log.activity_names
    steps = [names[code] for code in found.variants.codes(number)]
    return {
        "cases": int(found.variants.counts[number]),
        "steps": steps,
        "cost": alignment.cost,
        "lower_bound": alignment.lower_bound,
        "proven": alignment.is_optimal,
        "fitness": float(found.fitness.variants[number]),
        "moves": _moves(found, alignment, steps),
    }


def _moves(found: Conformance, alignment: Alignment, steps: Sequence[str]) -> list[dict[str, Any]]:
    """Silent firings of the model are left out."""
    moves = []
    for transition, position in zip(alignment.transitions, alignment.positions, strict=True):
        fired = found.net.transitions[transition] if transition >= 0 else None
        if fired is not None and fired.label is None:
            continue
        kind = "both" if fired is not None and position >= 0 else "log" if fired is None else "model"
        activity = steps[position] if position >= 0 else fired.label if fired else ""
        moves.append({"move": kind, "activity": activity, "step": fired.step if fired else None})
    return moves
