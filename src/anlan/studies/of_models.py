"""Runs of the application about models: a log held against one, and one found in a log."""

import hashlib
from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import UsageError
from anlan.formats.bpmn import bpmn_bytes, read_bpmn
from anlan.loop.identify import IdentifyContext, IdentifySettings
from anlan.maths.progress import watched
from anlan.studies.conformance import Model, conformance
from anlan.studies.discovery import discovery
from anlan.studies.options import parse_closing
from anlan.studies.running import Ask


def run_conform(ask: Ask) -> dict[str, Any]:
    """The finished cases against the model of the ask. UsageError where it names none."""
    text = str(ask.values.get("model") or "")
    if not text:
        raise UsageError("study.model_missing", study=ask.study)
    assert ask.loaded is not None
    read = read_bpmn(text.encode(), name="model.bpmn")
    digest = hashlib.sha256(text.encode()).hexdigest()
    model = Model(read.name or ask.process, "model.bpmn", digest, read.design, read.notes)
    with watched(lambda share: ask.progress("conform", share)):
        return conformance(ask.loaded, model, closing=_closing(ask))


def run_discover(ask: Ask) -> dict[str, Any]:
    """A model of the finished cases; `bpmn`: the file as text."""
    assert ask.loaded is not None
    with watched(lambda share: ask.progress("discover", share)):
        result, design = discovery(ask.loaded, noise=float(ask.values["noise"]), closing=_closing(ask))
    return {**result, "bpmn": bpmn_bytes(design, name=ask.process).decode()}


def figures_of_model(result: Mapping[str, Any]) -> dict[str, Any]:
    """For lists of runs."""
    precision = result["precision"]
    return {
        "cases": result["cases"],
        "fitness": None if result["fitness"] is None else result["fitness"]["log"],
        "precision": None if precision is None else precision["value"],
        "deviations": len(result.get("deviations", ())),
        "shares": {a["activity"]: a["share"]["estimate"] for a in result.get("activities", ())},
    }


def _closing(ask: Ask) -> tuple[str, ...] | None:
    """As named, else as learned from the log: a case that goes on has left nothing out yet."""
    if ask.values.get("closing"):
        return parse_closing(str(ask.values["closing"]))
    assert ask.loaded is not None
    log = ask.loaded.log
    ends = IdentifyContext(log, IdentifySettings()).closing
    named = tuple(name for name, closes in zip(log.activity_names, ends, strict=True) if closes)
    return named or None
