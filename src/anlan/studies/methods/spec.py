"""The spec of one assessment: which method, of what, with which inputs, and the bands of its level."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.assessment_stages import STAGES
from anlan.domain.method import Field, Method
from anlan.loop.quantify.methods import METHODS, method
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.values import check_values

SPEC = "anlan.spec/1"

HEAD = (
    Field("schema", "choice", default=SPEC, choices=(SPEC,)),
    Field("method", "choice", choices=METHODS),
    Field("title", "text", default=""),
    Field("risk", "text", default=""),
    Field("stage", "choice", default="current", choices=STAGES),
    Field("seed", "integer", default=0, low=0, high=2**63 - 1),
    Field(
        "bands",
        "record",
        default=None,
        columns=(Field("bounds", "numbers", most=9), Field("levels", "texts", most=10)),
    ),
)
"""The entries of a spec beside `inputs`. bands: ascending limits of the headline number, lower limit in,
and the level below, between and above them."""


@dataclass(frozen=True)
class Spec:
    """A spec as read: every answer checked. given: the inputs as the user wrote them."""

    method: Method
    inputs: Mapping[str, Any]
    given: Mapping[str, Any] = field(repr=False)
    title: str = ""
    risk: str = ""
    stage: str = "current"
    seed: int = 0
    bounds: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()


def read_spec(document: Mapping[str, Any]) -> Spec:
    """The spec of a document.

    Errors: RefusedInputs with values that no file could hold, all faults of the head, all of the inputs.
    """
    check_values(document)
    head = read_inputs(HEAD, {name: value for name, value in document.items() if name != "inputs"})
    bands = head["bands"] or {"bounds": (), "levels": ()}
    faults = Faults()
    _check_bands(bands["bounds"], bands["levels"], faults)
    given = document.get("inputs")
    if not isinstance(given, Mapping):
        faults.add("method.missing_input", where="inputs")
    faults.raise_any()
    chosen = method(head["method"])
    return Spec(
        chosen,
        read_inputs(chosen.fields, given or {}),
        given=given or {},
        **{name: head[name] for name in ("title", "risk", "stage", "seed")},
        bounds=bands["bounds"],
        levels=bands["levels"],
    )


def _check_bands(bounds: tuple[float, ...], levels: tuple[str, ...], faults: Faults) -> None:
    if list(bounds) != sorted(set(bounds)):
        faults.add("method.not_ascending", where="bands.bounds", found=bounds)
    if bounds and len(levels) != len(bounds) + 1:
        expected = len(bounds) + 1
        faults.add("method.length", where="bands.levels", found=len(levels), least=expected, most=expected)
