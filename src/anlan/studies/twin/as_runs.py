"""Studies of a process twin as the application runs them in the background."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import UsageError
from anlan.maths.progress import watched
from anlan.studies.methods.spec import SPEC, read_spec
from anlan.studies.progress import METHOD
from anlan.studies.running import Ask
from anlan.studies.twin.calibrating import Asked, calibrate_twin, validate_twin
from anlan.studies.twin.models import TwinModel, shortened
from anlan.studies.twin.simulate import SimulationAsked, simulate_model


def run_calibration(ask: Ask) -> dict[str, Any]:
    """The twin of the log, held against its last part (schema `anlan.twin/1`)."""
    if ask.loaded is None:
        raise UsageError("study.needs_log", study=ask.study)
    ask.progress(METHOD, 0.0)
    values = ask.values
    asked = Asked(
        hold_back=float(values["hold_back"]), seed=ask.seed, language=values["language"], title=ask.process
    )
    with watched(lambda share: ask.progress(METHOD, share)):
        return calibrate_twin(ask.loaded, asked)


def figures_of_calibration(result: Mapping[str, Any]) -> dict[str, Any]:
    """What lists show of a calibrated twin."""
    card = result["card"]
    return {
        "twin_cases": result["source"]["cases"],
        "twin_doubts": len(result["doubts"]),
        **({"twin_verdict": card["verdict"]} if card else {}),
    }


def run_validation(ask: Ask) -> dict[str, Any]:
    """The card of a given twin for the log, or for the last part of it (schema `anlan.twin/1`)."""
    if ask.loaded is None:
        raise UsageError("study.needs_log", study=ask.study)
    given = ask.values["twin"]
    spec = read_spec(
        {"schema": SPEC, "method": "process_simulation", "title": given["title"], "inputs": given["inputs"]}
    )
    ask.progress(METHOD, 0.0)
    with watched(lambda share: ask.progress(METHOD, share)):
        return validate_twin(ask.loaded, spec, hold_back=float(ask.values["hold_back"]), seed=ask.seed)


def figures_of_validation(result: Mapping[str, Any]) -> dict[str, Any]:
    """What lists show of a check."""
    return {"twin_cases": result["card"]["cases"], "twin_verdict": result["card"]["verdict"]}


def run_simulation(ask: Ask) -> dict[str, Any]:
    """How a given twin does, with intervals (schema `anlan.simulate/1`)."""
    given = ask.values["twin"]
    model = shortened(TwinModel(given["inputs"], given["title"], ask.seed))
    ask.progress(METHOD, 0.0)
    with watched(lambda share: ask.progress(METHOD, share)):
        return simulate_model(model, SimulationAsked())


def figures_of_simulation(result: Mapping[str, Any]) -> dict[str, Any]:
    """What lists show of a run of a twin."""
    mean_s = result["cycle_s"]["mean"]
    return {
        "twin_replications": result["replications"],
        **({"twin_cycle_min": mean_s / 60.0} if mean_s is not None else {}),
    }
