"""Run a study by its code: what it was asked and a log in, a result with its provenance out."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anlan.domain.criteria import Criteria, Level, Scale
from anlan.domain.design import Design
from anlan.domain.errors import UsageError
from anlan.formats.bpmn import read_bpmn
from anlan.formats.calendar_file import load_calendar
from anlan.formats.cost_file import load_costs
from anlan.formats.criteria_file import load_criteria
from anlan.studies.assess import assess, partial
from anlan.studies.catalogue import function, study
from anlan.studies.loading import LoadedLog
from anlan.studies.numbers import moment_us
from anlan.studies.options import parse_budget, parse_closing, parse_limit, parse_packs, parse_path
from anlan.studies.progress import Progress, silent
from anlan.studies.workspace import Request, Workspace

_STAGE_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "identify": ("findings", "checklist"),
    "key_nodes": ("process", "key_nodes"),
    "quantify": ("risks", "portfolio"),
    "treat": ("risks", "portfolio", "treatments"),
    "improve": ("risks", "portfolio", "improve"),
    "monitor": ("risks", "portfolio", "monitor"),
    "respond": ("risks", "portfolio", "respond"),
    "evaluate": ("risks", "portfolio", "evaluate"),
}
"""Parts of the result a stage is made of, in the shape `anlan.assess/1` gives them."""


@dataclass(frozen=True)
class Ask:
    """What a run is asked. `values`: an answer to each parameter of the study.

    criteria: a unit's criteria in force as in a result's `criteria`, used where `values` name none.
    """

    study: str
    values: Mapping[str, Any]
    process: str
    seed: int = 0
    loaded: LoadedLog | None = None
    criteria: Mapping[str, Any] | None = None
    progress: Progress = field(default=silent, repr=False)


def run_study(ask: Ask) -> dict[str, Any]:
    """The result of the study; the same ask gives the same value."""
    result: dict[str, Any] = function(study(ask.study).run)(ask)
    return result


def result_text(result: Mapping[str, Any]) -> str:
    """The result as its file holds it."""
    return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def run_assess(ask: Ask) -> dict[str, Any]:
    """All eight stages."""
    return assess(_workspace(ask))


def run_stage(ask: Ask) -> dict[str, Any]:
    """One stage alone, with the parts of a result it needs (schema `anlan.study/1`)."""
    return partial(_workspace(ask), study=ask.study, sections=_STAGE_SECTIONS[ask.study])


def request_of(ask: Ask, *, zone: str) -> Request:
    """The answers as the stages take them. Errors: UsageError and RefusedInput say which answer is wrong."""
    values = ask.values

    def read(name: str, parse: Callable[[str], Any]) -> Any:
        return parse(values[name]) if values.get(name) else None

    return Request(
        process=ask.process,
        limit=read("sla", parse_limit),
        packs=parse_packs(values.get("packs") or "auto"),
        reference_path=read("reference", parse_path),
        closing=read("closing", parse_closing),
        budget=read("budget", parse_budget),
        as_of_us=read("as_of", lambda text: _moment(text, zone)),
        seed=ask.seed,
        criteria=_criteria(ask),
        costs=read("costs", lambda text: _from_file("costs", text, load_costs)),
        calendar=read("calendar", lambda text: _from_file("calendar", text, load_calendar)),
        model=read("model", _design),
        parameters=_recorded(ask),
    )


def _design(text: str) -> Design:
    """The process of a BPMN file that is at hand as text."""
    return read_bpmn(text.encode(), name="model.bpmn").design


def _workspace(ask: Ask) -> Workspace:
    if ask.loaded is None:
        raise UsageError("study.needs_log", study=ask.study)
    request = request_of(ask, zone=ask.loaded.log.zone)
    return Workspace(ask.loaded.log, ask.loaded.facts, request, progress=ask.progress)


def _criteria(ask: Ask) -> Criteria:
    if ask.values.get("criteria"):
        criteria: Criteria = _from_file("criteria", ask.values["criteria"], load_criteria)
        return criteria
    return criteria_of(ask.criteria) if ask.criteria else load_criteria()


def criteria_of(section: Mapping[str, Any]) -> Criteria:
    """Criteria from the `criteria` part of a result."""
    return Criteria(
        section["version"],
        _scale(section["likelihood"]),
        _scale(section["severity"]),
        tuple(
            Level(
                level["code"], level["name"]["zh"], level["name"]["en"], level["colour"],
                level["report_within_hours"],
            )
            for level in section["levels"]
        ),
        tuple(tuple(row) for row in section["cells"]),
        tuple(section["assumptions"]),
    )  # fmt: skip


def _scale(section: Mapping[str, Any]) -> Scale:
    labels = section["labels"]
    return Scale(
        section["unit"],
        tuple(section["bounds"]),
        tuple(label["zh"] for label in labels),
        tuple(label["en"] for label in labels),
    )


def _from_file(name: str, text: str, load: Callable[[Path], Any]) -> Any:
    """A settings file that is at hand as text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)


def _moment(text: str, zone: str) -> int:
    moment = moment_us(text, zone)
    if moment is None:
        raise UsageError("option.as_of", found=text)
    return moment


def _recorded(ask: Ask) -> dict[str, Any]:
    """The answers for the provenance; files and criteria by content."""
    parameters: dict[str, Any] = {"process": ask.process, "seed": ask.seed}
    for parameter in study(ask.study).parameters:
        value = ask.values.get(parameter.name)
        if value and parameter.kind == "file":
            value = f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"
        elif not value and parameter.name == "criteria" and ask.criteria:
            written = json.dumps(ask.criteria, sort_keys=True, ensure_ascii=False)
            value = f"sha256:{hashlib.sha256(written.encode()).hexdigest()}"
        parameters[parameter.name] = value or None
    return parameters
