"""The spec of a fault tree as an Open-PSA model."""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from scipy.special import ndtri

from anlan.formats.open_psa.reading import SOURCE
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.distributions import Distribution

_MODELS = {"beta": "beta-factor", "mgl": "MGL", "alpha": "alpha-factor"}
_FIRST_LEVEL = {"mgl": 2, "alpha": 1}


def open_psa_of(inputs: Mapping[str, Any], *, title: str = "") -> str:
    """The XML text of checked inputs of the method `fault_tree`.

    Errors: RefusedInputs `open_psa.cannot_write` for each event whose data the covered part of the format
    has no words for: rates with repair or test, distributions other than the lognormal.
    """
    faults = Faults()
    for number, row in enumerate(inputs["events"], start=1):
        given = row["probability"] if row["rate_per_h"] is None else row["rate_per_h"]
        timed = row["repair_h"] is not None or row["test_h"] is not None
        if timed or given is None or given.kind not in ("constant", "lognormal"):
            faults.add("open_psa.cannot_write", where=f"events[{number}]", name=row["name"])
    faults.raise_any()
    return "\n".join(_lines(inputs, title)) + "\n"


def _lines(inputs: Mapping[str, Any], title: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<opsa-mef name={quoteattr(title)}>" if title else "<opsa-mef>"
    yield f"  <define-fault-tree name={quoteattr(inputs['top'])}>"
    gates, houses = {row["name"] for row in inputs["gates"]}, {row["name"] for row in inputs["houses"]}
    for row in inputs["gates"]:
        yield f"    <define-gate name={quoteattr(row['name'])}>"
        yield from _formula(row, gates, houses)
        yield "    </define-gate>"
    yield "  </define-fault-tree>"
    kinds: dict[str, str] = {}
    yield from _groups(inputs, kinds)
    yield "  <model-data>"
    grouped = {name for row in inputs["common_causes"] for name in row["members"]}
    for row in inputs["events"]:
        yield from _event(row, grouped, kinds)
    for row in inputs["houses"]:
        happens = str(row["happens"]).lower()
        yield f"    <define-house-event name={quoteattr(row['name'])}>"
        yield f'      <constant value="{happens}"/>'
        yield "    </define-house-event>"
    yield "  </model-data>"
    yield "</opsa-mef>"


def _formula(row: Mapping[str, Any], gates: set[str], houses: set[str]) -> Iterator[str]:
    least = f' min="{row["k"]}"' if row["kind"] == "atleast" else ""
    if row["kind"] != "pass":
        yield f"      <{row['kind']}{least}>"
    for name in row["inputs"]:
        tag = "gate" if name in gates else "house-event" if name in houses else "basic-event"
        yield f"        <{tag} name={quoteattr(name)}/>"
    if row["kind"] != "pass":
        yield f"      </{row['kind']}>"


def _event(row: Mapping[str, Any], grouped: set[str], kinds: dict[str, str]) -> Iterator[str]:
    """An event; the members of a group have their number there."""
    number, source = "", _source(row)
    if row["name"] not in grouped:
        yield from _parameter(row, kinds)
        number = _number(row, kinds)
    yield f"    <define-basic-event name={quoteattr(row['name'])}>{source}{number}</define-basic-event>"


def _source(row: Mapping[str, Any]) -> str:
    """Where the numbers come from, as an attribute, which stands before the expression."""
    if not row["source"]:
        return ""
    value = quoteattr(row["source"])
    return f'<attributes><attribute name="{SOURCE}" value={value}/></attributes>'


def _parameter(row: Mapping[str, Any], kinds: dict[str, str]) -> Iterator[str]:
    """What events are alike in becomes a parameter that all of them rest on."""
    if row["alike"] and row["alike"] not in kinds:
        kinds[row["alike"]] = _expression(row)
        name = quoteattr(row["alike"])
        yield f"    <define-parameter name={name}>{kinds[row['alike']]}</define-parameter>"


def _number(row: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    number = _expression(row)
    if row["alike"] and kinds[row["alike"]] == number:
        number = f"<parameter name={quoteattr(row['alike'])}/>"
    if row["rate_per_h"] is None:
        return number
    return f'<exponential>{number}<float value="{row["mission_h"]!r}"/></exponential>'


def _expression(row: Mapping[str, Any]) -> str:
    of: Distribution = row["probability"] if row["rate_per_h"] is None else row["rate_per_h"]
    if of.kind == "constant":
        return f'<float value="{of.mean!r}"/>'
    factor = math.exp(of.parameters["sigma"] * float(ndtri(0.95)))
    values = "".join(f'<float value="{each!r}"/>' for each in (of.mean, factor, 0.95))
    return f"<lognormal-deviate>{values}</lognormal-deviate>"


def _groups(inputs: Mapping[str, Any], kinds: dict[str, str]) -> Iterator[str]:
    events = {row["name"]: row for row in inputs["events"]}
    for row in inputs["common_causes"]:
        one = events[row["members"][0]]
        yield from _parameter(one, kinds)
        name, model = quoteattr(row["name"]), _MODELS[row["model"]]
        yield f'  <define-CCF-group name={name} model="{model}">'
        members = "".join(f"<basic-event name={quoteattr(each)}/>" for each in row["members"])
        yield f"    <members>{members}</members>"
        yield f"    <distribution>{_number(one, kinds)}</distribution>"
        first = _FIRST_LEVEL.get(row["model"], len(row["members"]))
        for level, factor in enumerate(row["factors"], start=first):
            yield f'    <factor level="{level}"><float value="{factor!r}"/></factor>'
        yield "  </define-CCF-group>"
