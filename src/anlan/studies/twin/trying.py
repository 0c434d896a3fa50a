"""Designs beside the process as it is as runs of the application, with how the times of cases lie in each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from anlan.loop.improve.designs.applying import Design, apply, read_designs
from anlan.loop.improve.designs.luck import numbers_of, with_numbers
from anlan.loop.improve.designs.series import process_of
from anlan.loop.quantify.methods.process.process_hours import MINUTE_S
from anlan.loop.quantify.methods.process.process_runs import run_process, served_times
from anlan.maths.progress import part, watched
from anlan.studies.progress import METHOD
from anlan.studies.running import Ask
from anlan.studies.twin.designs import Tried, tried
from anlan.studies.twin.models import TwinModel, shortened

SCHEMA = "anlan.design_comparison/1"
_RUNS, _BINS, _LAST = 5, 48, 0.99


def run_trial(ask: Ask) -> dict[str, Any]:
    """The comparison (and with a budget the search) of the designs in the ask, with the times of cases."""
    values = ask.values
    twin = values["twin"]
    model = shortened(TwinModel(twin["inputs"], twin["title"], ask.seed))
    designs = read_designs(values["designs"])
    asked = Tried(values["by"], ask.seed, values["most"], values["precision"], values["spend"],
                  tuple(twin.get("minutes_of", ())))  # fmt: skip
    ask.progress(METHOD, 0.0)
    with watched(lambda share: ask.progress(METHOD, share)):
        with part(0.0, 0.9):
            found = tried(model, designs, asked)
        with part(0.9, 1.0):
            times = case_times(model.given, designs, seed=ask.seed)
    return {"schema": SCHEMA, "title": twin["title"], "found": found, "times": times}


def figures_of_trial(result: Mapping[str, Any]) -> dict[str, Any]:
    """What lists show of a comparison."""
    found = result["found"]
    better = sum(
        1 for each in found["designs"] if (each["differences"]["cycle"] or {}).get("verdict") == "better"
    )
    return {"designs_compared": len(found["designs"]), "designs_faster": better}


def case_times(inputs: Mapping[str, Any], designs: Sequence[Design], *, seed: int) -> dict[str, Any]:
    """How the times of the cases that are served lie, as it is and in each design, over a few replications
    with the same luck.

    edges: `_BINS` + 1 limits in minutes, to the time that 99 % of all cases take at most; of each design the
    share of its cases in every bin (longer ones are in none), its median and 95 % quantile in minutes.
    """
    base = process_of(inputs)
    known = numbers_of(base)
    asked = [base, *(with_numbers(process_of(apply(inputs, each)), known) for each in designs)]
    values = []
    for number, each in enumerate(asked):
        with part(number / len(asked), (number + 1) / len(asked)):
            runs = run_process(replace(each, replications=_RUNS), seed)
        values.append(np.concatenate(served_times(runs)) / MINUTE_S)
    whole = np.concatenate(values)
    last = float(np.quantile(whole, _LAST)) if len(whole) else 1.0
    edges = np.linspace(0.0, last or 1.0, _BINS + 1)
    names = ["", *(each.name for each in designs)]
    return {
        "edges": edges.tolist(),
        "of": [_lies(name, of, edges) for name, of in zip(names, values, strict=True)],
    }


def _lies(name: str, values: np.ndarray, edges: np.ndarray) -> dict[str, Any]:
    n = max(1, len(values))
    counts, _ = np.histogram(values, edges)
    median, p95 = np.quantile(values, [0.5, 0.95]).tolist() if len(values) else (None, None)
    return {"name": name, "cases": len(values), "shares": (counts / n).tolist(), "median": median, "p95": p95}
