"""Morris screening: which inputs matter at all, which act in a straight line, which bend or interact.

The inputs move on a grid in the shares of their estimates, inside the middle part `share`. An effect is the
change of the result over the whole of that part. See `maths.sensitivity.morris` for the statistics.

Source: Morris (1991), doi:10.1080/00401706.1991.10484804; Saltelli et al. (2008), The Primer.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.sensitivity.models import MODEL_FIELDS, Model, check_runs, read_model
from anlan.maths.sensitivity.morris import ElementaryEffects, elementary_effects, trajectories

_REACH = 1.959963984540054
_NEGLIGIBLE = 0.05
_STRAIGHT, _BENT = 0.1, 0.5


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """mu, mu* and sigma of each input, and what they say."""
    model = read_model(inputs, seed=seed)
    d, r = len(model.names), inputs["trajectories"]
    check_runs(model, r * (d + 1), where="trajectories")
    grid = trajectories(r, d, levels=inputs["levels"], seed=seed)
    shares = (1.0 - inputs["share"]) / 2.0 + inputs["share"] * grid
    values = model.at_shares(shares.reshape(-1, d)).reshape(r, d + 1)
    found = elementary_effects(grid, values)
    if not found.mu_star.any():
        raise NotEnoughData("sensitivity.constant", value=float(values[0, 0]))
    order = np.argsort(-found.mu_star, kind="stable").tolist()
    first = order[0]
    reach = _REACH * float(found.mu_star_error[first])
    largest = float(found.mu_star[first])
    return Answer(
        quantities=(
            Quantity("largest_mu_star", largest, "", largest - reach, largest + reach, "confidence_95"),
            Quantity("inputs_that_matter", float((found.mu_star > _NEGLIGIBLE * largest).sum())),
        ),
        tables=(_table(model, found, order),),
        charts=(Chart("morris", _drawn(model, found, order)),),
        assumptions=(
            Note("morris.range", {"share": inputs["share"]}),
            Note("morris.runs", {"n": r, "runs": r * (d + 1)}),
        ),
        warnings=(Note("morris.few", {"n": r}),) if r < 10 else (),
    )


def _table(model: Model, found: ElementaryEffects, order: list[int]) -> AnswerTable:
    reach = _REACH * found.mu_star_error
    rows = tuple(
        (
            model.names[i],
            float(found.mu[i]),
            float(found.mu_star[i]),
            float(found.mu_star[i] - reach[i]),
            float(found.mu_star[i] + reach[i]),
            float(found.sigma[i]),
            Note(f"morris.{_reading(found, i)}"),
        )
        for i in order
    )
    columns = ("input", "mu", "mu_star", "mu_star_low", "mu_star_high", "sigma", "reading")
    return AnswerTable("elementary_effects", columns, rows)


def _reading(found: ElementaryEffects, i: int) -> str:
    """Negligible beside the largest; else by sigma over mu* (Garcia Sanchez et al. 2014)."""
    if found.mu_star[i] <= _NEGLIGIBLE * found.mu_star.max():
        return "negligible"
    ratio = found.sigma[i] / found.mu_star[i]
    return "straight" if ratio < _STRAIGHT else "monotone" if ratio < _BENT else "bent"


def _drawn(model: Model, found: ElementaryEffects, order: list[int]) -> dict[str, Any]:
    points = [
        {"name": model.names[i], "mu": found.mu[i], "mu_star": found.mu_star[i], "sigma": found.sigma[i]}
        for i in order
    ]
    return {"points": points}


METHOD = Method(
    "morris",
    (
        *MODEL_FIELDS,
        Field("trajectories", "integer", default=20, low=2, high=10_000),
        Field("levels", "integer", default=4, low=2, high=20),
        Field("share", "number", default=0.9, above=0, below=1),
    ),
    run,
    random=True,
)
