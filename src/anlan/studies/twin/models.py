"""The inputs of a process simulation from files: a spec, a diagram with its parameters, and what a scenario
changes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.method import Field
from anlan.formats.scenarios import Told
from anlan.formats.settings_bytes import SettingsBytes
from anlan.loop.quantify.methods.process.process_appointments import by_hour
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.loop.quantify.methods.process.process_hours import WEEK_S
from anlan.studies.methods.spec import SPEC, read_spec
from anlan.studies.methods.values import check_values
from anlan.studies.twin.files import read_twin_file

METHOD = "process_simulation"
CASES = 3_000
"""Cases of one replication: a log of years needs no years to compare designs."""
Given = Path | SettingsBytes


@dataclass(frozen=True)
class TwinModel:
    """A process to simulate. given: inputs of `process_simulation` as a spec file writes them.

    ids    of steps and pools in the file they come from, by their names, where it has any
    notes  what was not carried over
    as_is  of a model that was redesigned: the inputs before, with whose luck it runs; design: what was done
    """

    given: Mapping[str, Any]
    title: str = ""
    seed: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Told, ...] = ()
    as_is: Mapping[str, Any] | None = None
    design: Mapping[str, Any] | None = None


def read_model(spec: Given) -> TwinModel:
    """A spec file, or a workbook.

    Errors: RefusedInput of the file; UsageError `twin.other_method` of another method.
    """
    document = read_twin_file(spec)
    named = document.get("method")
    if named is not None and named != METHOD:
        raise UsageError("twin.other_method", found=str(named)[:40])
    read = read_spec(document)
    return TwinModel(read.given, read.title, read.seed)


def changed_by(model: TwinModel, scenario: Mapping[str, Any]) -> TwinModel:
    """The model with the answers of a scenario: `{inputs: {...}}`, or the inputs alone.

    Rows of steps, pools, classes and risks change the row of their name, in what they say; rows of other
    names are added. Shifts and ways take the place of those there were. Errors: RefusedInput
    `twin.scenario_input` for what is no input.
    """
    check_values(scenario)
    given = scenario.get("inputs", scenario)
    if not isinstance(given, Mapping):
        raise RefusedInput("twin.scenario", found=type(given).__name__)
    known = {each.name: each for each in FIELDS}
    changed = dict(model.given)
    for name, value in given.items():
        if name not in known:
            raise RefusedInput("twin.scenario_input", found=str(name)[:60], accepted=tuple(known))
        changed[name] = _changed(known[name], changed.get(name), value)
    return replace(model, given=changed)


def _changed(of: Field, before: Any, value: Any) -> Any:
    named = of.kind == "table" and any(column.name == "name" for column in of.columns)
    rows = isinstance(before, Sequence) and isinstance(value, Sequence) and not isinstance(value, str)
    if not named or not rows:
        return value
    if not all(isinstance(row, Mapping) and isinstance(row.get("name"), str) for row in (*before, *value)):
        return value  # the reading of the inputs says what is wrong with it
    by_name = {row["name"]: dict(row) for row in before}
    for row in value:
        by_name[row["name"]] = {**by_name.get(row["name"], {}), **row}
    return list(by_name.values())


def ended_after(model: TwinModel, cases: int) -> TwinModel:
    """Arrivals until so many are expected. Errors: UsageError `twin.cases`."""
    rates = expected_by_hour(model.given)
    fine = isinstance(rates, Sequence) and all(isinstance(rate, int | float) and rate >= 0 for rate in rates)
    if cases < 1 or not fine or not rates or len(rates) not in (1, 24, 168) or not sum(rates) > 0:
        raise UsageError("twin.cases", found=cases)
    return replace(model, given={**model.given, "weeks": weeks_until(rates, cases), "cool_down_weeks": 0})


def expected_by_hour(given: Mapping[str, Any]) -> Any:
    """Rates as given; with appointments 168, each with the cases set in its hour."""
    rates, rows = given.get("arrivals"), given.get("appointments")
    if not rows or not isinstance(rates, Sequence) or len(rates) not in (1, 24, 168):
        return rates
    return (np.tile(np.asarray(rates, dtype=np.float64), 168 // len(rates)) + by_hour(rows)).tolist()


def weeks_until(rates: Sequence[float], cases: float) -> float:
    """Weeks from Monday 0:00 until so many cases are expected at the rates of the hours."""
    by_hour = [float(rate) for rate in rates] * (168 // len(rates))
    whole, left = divmod(cases, sum(by_hour))
    hours = 168.0 * whole
    for rate in by_hour:
        if left <= 0:
            break
        part = 1.0 if rate <= left else left / rate
        hours, left = hours + part, left - rate * part
    return hours * 3600 / WEEK_S


def shortened(model: TwinModel) -> TwinModel:
    """The model with no more weeks than bring `CASES` after the warm-up."""
    rates, weeks, warm = (
        expected_by_hour(model.given),
        model.given.get("weeks"),
        model.given.get("warm_up_weeks"),
    )
    if not sum(rates) > 0:
        return model
    wanted = (warm or 0.0) + weeks_until(rates, CASES)
    return (
        model if weeks is None or weeks <= wanted else replace(model, given={**model.given, "weeks": wanted})
    )


def document_of(model: TwinModel) -> dict[str, Any]:
    """The spec file of a model."""
    return {
        "schema": SPEC,
        "method": METHOD,
        "title": model.title,
        "seed": model.seed,
        "inputs": json.loads(json.dumps(dict(model.given))),  # nothing shared: the file has no anchors
    }
