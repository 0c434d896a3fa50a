"""Run a spec: the assessment as JSON values, its words in both languages, its provenance."""

import hashlib
import json
import math
import platform
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan import __version__
from anlan.domain.method import Answer, AnswerTable, Note, Quantity
from anlan.formats.messages import in_both_languages, messages
from anlan.formats.report.sections.assessment import ASSESSMENT
from anlan.loop.quantify.methods import family_of
from anlan.studies.methods.spec import Spec, read_spec


def assess_by_spec(document: Mapping[str, Any]) -> dict[str, Any]:
    """The assessment a spec asks for (schema `anlan.assessment/1`); the same spec gives the same value.

    Errors: RefusedInputs with every fault of the spec, NotEnoughData where the method cannot answer.
    """
    return assessed(read_spec(document))


def assessed(spec: Spec) -> dict[str, Any]:
    """The assessment of a spec that is read. Errors: NotEnoughData, RefusedInputs of the method."""
    answer = spec.method.run(spec.inputs, seed=spec.seed)
    return {
        "schema": ASSESSMENT,
        "method": spec.method.code,
        "family": family_of(spec.method.code),
        "method_title": in_both_languages(f"methods.{spec.method.code}.title"),
        "title": spec.title,
        "risk": spec.risk,
        "stage": spec.stage,
        "level": level_of(answer, spec),
        "scores": list(answer.scores) if answer.scores else None,
        "quantities": [_quantity(each) for each in answer.quantities],
        "tables": [written_table(each) for each in answer.tables],
        "charts": [{"kind": each.kind, "data": plain(each.data)} for each in answer.charts],
        "assumptions": [said(note) for note in answer.assumptions],
        "warnings": [said(note) for note in answer.warnings],
        "inputs": plain(spec.given),
        "bands": {"bounds": list(spec.bounds), "levels": list(spec.levels)} if spec.bounds else None,
        "provenance": _provenance(spec),
    }


def level_of(answer: Answer, spec: Spec) -> str | None:
    """The level: from the method's own cells, else from the bands of the spec; None without either."""
    if answer.level is not None or not spec.bounds:
        return answer.level
    return spec.levels[sum(answer.headline.value >= bound for bound in spec.bounds)]


def said(note: Note) -> dict[str, Any]:
    """A note with its code and its words in both languages."""
    return {"code": note.code, "text": in_both_languages(f"method_notes.{note.code}", **note.parameters)}


def plain(value: Any) -> Any:
    """JSON values of arrays, tuples and mappings. Errors: ValueError for a number that is not finite."""
    if isinstance(value, Note):
        return said(value)["text"]
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"an answer holds {value}")
    return value


def _quantity(of: Quantity) -> dict[str, Any]:
    limits = {"low": plain(of.low), "high": plain(of.high), "kind": of.interval}
    return {
        "name": of.name,
        "title": word("method_quantities", of.name),
        "value": plain(float(of.value)),
        "unit": of.unit,
        "unit_title": word("method_units", of.unit) if of.unit else {"zh": "", "en": ""},
        "interval": limits if of.interval else None,
    }


def written_table(of: AnswerTable) -> dict[str, Any]:
    """A table with the words of its title and columns."""
    return {
        "name": of.name,
        "title": word("method_tables", of.name),
        "columns": [{"name": name, "title": word("method_columns", name)} for name in of.columns],
        "rows": [plain(row) for row in of.rows],
    }


def word(group: str, code: str) -> dict[str, str]:
    """The word of a code in both languages; a name given by the user stands for itself."""
    key = f"{group}.{code}"
    return in_both_languages(key) if key in messages("en") else {"zh": code, "en": code}


def _provenance(spec: Spec) -> dict[str, Any]:
    written = json.dumps(plain(spec.given), sort_keys=True, ensure_ascii=False)
    return {
        "code_version": __version__,
        "method_version": spec.method.version,
        "seed": spec.seed if spec.method.random else None,
        "inputs_sha256": hashlib.sha256(written.encode()).hexdigest(),
        "python": f"Python {sys.version_info[0]}.{sys.version_info[1]}",
        "platform": platform.machine(),
    }
