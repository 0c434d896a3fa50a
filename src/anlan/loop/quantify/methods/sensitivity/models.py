"""What is studied: a result as a function of named inputs, each known by an estimate.

The function is a formula over the names, or the answer of another method in whose spec each name stands for
one number. A spec is run with one seed throughout, so that a random method meets the same luck every time.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.domain.method import Answer, Field, Method
from anlan.loop.quantify.methods import family_of, method
from anlan.loop.quantify.methods.estimates import KINDS, read_estimate
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.sensitivity.spec_paths import Path, read_path, value_at, with_values
from anlan.maths.distributions import Distribution
from anlan.maths.expressions import Expression, read_expression
from anlan.maths.progress import part, tell

MOST_VALUES = 40_000_000
"""Numbers (points times inputs) a study of a formula may hold."""
MOST_SPEC_RUNS = 20_000

_Array = NDArray[np.float64]

_BLOCK = 16_384
"""Points that are worked on between two words about progress."""

MODEL_FIELDS = (
    Field("formula", "text", default=""),
    Field("model", "spec", default=None),
    Field("quantity", "text", default=""),
    Field(
        "inputs",
        "table",
        most=200,
        columns=(
            Field("name", "text"),
            Field("estimate", "estimate", default=None),
            Field("path", "text", default=""),
        ),
    ),
)


@dataclass(frozen=True, eq=False)
class Model:
    """evaluate: results (n,) at points (n, inputs), in the inputs' own units; finite, or an error that names
    the point. most_runs: how often it may be run."""

    names: tuple[str, ...]
    estimates: tuple[Distribution, ...]
    evaluate: Callable[[_Array], _Array]
    most_runs: int

    def at_shares(self, shares: _Array) -> _Array:
        """Results at points of the open unit cube: each entry is the share of its estimate below it."""
        points = np.empty_like(shares)
        with np.errstate(over="ignore"), part(0.0, 0.5):  # what is not finite is refused with its inputs
            for column, estimate in enumerate(self.estimates):
                with part(column / len(self.estimates), (column + 1) / len(self.estimates)):
                    for block in _blocks(len(shares)):
                        points[block, column] = estimate.quantile(shares[block, column])
        with part(0.5, 1.0):
            return self.evaluate(points)


def read_model(inputs: Mapping[str, Any], *, seed: int) -> Model:
    """The model asked for.

    Errors: RefusedInputs for names, paths and formulas that do not fit together.
    """
    faults = Faults()
    inputs = {**inputs, "inputs": [{**row, "name": plain_name(row["name"])} for row in inputs["inputs"]]}
    rows = inputs["inputs"]
    _check_names(rows, faults)
    if bool(inputs["formula"]) == (inputs["model"] is not None):
        faults.add("sensitivity.formula_or_model", where="formula")
        faults.raise_any()
    if inputs["formula"]:
        evaluate = _formula(inputs, faults)
        estimates = [_given(row, place, faults) for place, row in enumerate(rows, start=1)]
        most = MOST_VALUES // len(rows)
    else:
        evaluate, estimates = _spec(inputs, seed, faults)
        most = MOST_SPEC_RUNS
    faults.raise_any()
    names = tuple(row["name"] for row in rows)
    return Model(names, tuple(estimates), partial(_finite, evaluate, names), most)


def plain_name(name: str) -> str:
    """A name as formulas read it: full-width letters and digits are the plain ones."""
    return unicodedata.normalize("NFKC", name).strip()


def check_runs(model: Model, runs: int, *, where: str) -> None:
    """Errors: RefusedInput `sensitivity.runs` where the study would run the model too often."""
    if runs > model.most_runs:
        raise RefusedInput("sensitivity.runs", where=where, found=runs, most=model.most_runs)


def _check_names(rows: Sequence[Mapping[str, Any]], faults: Faults) -> None:
    seen: set[str] = set()
    for place, row in enumerate(rows, start=1):
        if row["name"] in seen:
            faults.add("method.twice", where=f"inputs[{place}].name", found=row["name"])
        seen.add(row["name"])


def _given(row: Mapping[str, Any], place: int, faults: Faults) -> Distribution:
    if row["estimate"] is None:
        faults.add("method.missing_input", where=f"inputs[{place}].estimate")
        return Distribution("none")
    found: Distribution = row["estimate"]
    return found


def _formula(inputs: Mapping[str, Any], faults: Faults) -> Callable[[_Array], _Array]:
    names = [row["name"] for row in inputs["inputs"]]
    for place, row in enumerate(inputs["inputs"], start=1):
        if row["path"]:
            faults.add("sensitivity.path_without_model", where=f"inputs[{place}].path", found=row["path"])
    try:
        expression = read_expression(inputs["formula"])
    except RefusedInput as error:
        faults.add(error.code, **error.parameters)
        return lambda points: points[:, 0]
    for name in expression.names:
        if name not in names:
            faults.add("sensitivity.unknown_name", where="formula", found=name[:40], known=tuple(names))
    for place, name in enumerate(names, start=1):
        if name not in expression.names:
            faults.add("sensitivity.unused", where=f"inputs[{place}].name", found=name)
    return partial(_at_points, expression, tuple(names))


def _at_points(expression: Expression, names: Sequence[str], points: _Array) -> _Array:
    values = np.empty(len(points))
    for block in _blocks(len(points)):
        values[block] = expression.value({name: points[block, column] for column, name in enumerate(names)})
    return values


def _blocks(n: int) -> Iterator[slice]:
    """The rows 0 .. n - 1 block by block; each begins with a word about progress."""
    for first in range(0, n, _BLOCK):
        tell(first / n)
        yield slice(first, first + _BLOCK)


def _spec(
    inputs: Mapping[str, Any], seed: int, faults: Faults
) -> tuple[Callable[[_Array], _Array], list[Distribution]]:
    """The method's answer as a function of the numbers at the paths, and the estimate of each."""
    code = inputs["model"]["method"]
    try:
        studied = method(code)
    except AnlanError as error:
        faults.add("method.estimate", where="model.method", reason=error)
        return (lambda points: points[:, 0]), []
    if family_of(code) == "sensitivity":
        faults.add("sensitivity.of_itself", where="model.method", found=code)
    given = inputs["model"]["inputs"]
    paths, estimates = [], []
    for place, row in enumerate(inputs["inputs"], start=1):
        path = _path(row["path"], given, f"inputs[{place}].path", faults)
        paths.append(path)
        estimates.append(_estimate_at(row["estimate"], path, given, f"inputs[{place}].estimate", faults))
    run = _SpecRun(studied, given, tuple(paths), inputs["quantity"], seed)
    if not faults:
        run.check()
    return run, estimates


def _path(text: str, given: Mapping[str, Any], where: str, faults: Faults) -> Path:
    path = read_path(text)
    try:
        if path is not None:
            value_at(given, path)
            return path
    except KeyError:
        pass
    faults.add("sensitivity.path", where=where, found=text[:80], known=tuple(map(str, given)))
    return ()


def _estimate_at(
    estimate: Distribution | None, path: Path, given: Mapping[str, Any], where: str, faults: Faults
) -> Distribution:
    """The estimate of the row, or the distribution that stands in the spec itself."""
    if estimate is not None:
        return estimate
    found = value_at(given, path) if path else None
    if isinstance(found, Mapping) and found.get("kind") in KINDS:
        try:
            return read_estimate(found)
        except AnlanError as error:
            faults.add("method.estimate", where=where, reason=error)
            return Distribution("none")
    faults.add("method.missing_input", where=where)
    return Distribution("none")


@dataclass(frozen=True, eq=False)
class _SpecRun:
    """One run of the method for each point."""

    method: Method
    given: Mapping[str, Any]
    paths: tuple[Path, ...]
    quantity: str
    seed: int

    def check(self) -> None:
        """Errors: those of the spec as given; `sensitivity.quantity` where its answer has no such number."""
        answer = self.method.run(read_inputs(self.method.fields, self.given), seed=self.seed)
        known = tuple(each.name for each in answer.quantities)
        if self.quantity and self.quantity not in known:
            raise RefusedInput(
                "sensitivity.quantity", where="quantity", found=self.quantity[:40], known=known
            )

    def __call__(self, points: _Array) -> _Array:
        values, n = [], len(points)
        for done, row in enumerate(points.tolist()):
            tell(done / n)
            with part(done / n, (done + 1) / n):
                values.append(self._value(row))
        return np.array(values)

    def _value(self, values: Sequence[float]) -> float:
        changed = with_values(self.given, self.paths, values)
        try:
            answer = self.method.run(read_inputs(self.method.fields, changed), seed=self.seed)
        except AnlanError as error:
            shown = ", ".join(f"{value:.6g}" for value in values)
            raise RefusedInput(
                "sensitivity.model_refused", where="model", values=shown, reason=error
            ) from error
        return _number_of(answer, self.quantity)


def _number_of(answer: Answer, name: str) -> float:
    if not name:
        return float(answer.headline.value)
    return next(float(each.value) for each in answer.quantities if each.name == name)


def _finite(evaluate: Callable[[_Array], _Array], names: Sequence[str], points: _Array) -> _Array:
    """Errors: RefusedInput `sensitivity.not_finite` with the inputs where the result is no number."""
    values = evaluate(points)
    bad = np.flatnonzero(~(np.abs(values) < 1e150))
    if len(bad):
        at = ", ".join(f"{n} = {v:.6g}" for n, v in zip(names, points[bad[0]].tolist(), strict=True))
        raise RefusedInput("sensitivity.not_finite", where="formula", values=at[:400])
    return np.asarray(values, dtype=np.float64)
