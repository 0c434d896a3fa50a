"""Numbers of Open-PSA: constants, parameters that stand for them, lognormal deviates."""

import math
from collections.abc import Mapping
from typing import Any

from scipy.special import ndtri

from anlan.formats.open_psa.lined_xml import Element

Number = float | dict[str, Any]
"""As a spec writes an estimate: a number, or a lognormal by its mean and the sigma of its logarithm."""
_DEEPEST = 50


class Unreadable(Exception):  # noqa: N818 - caught where the file and the list of faults are known
    """code: what is wrong; line: where; found: what stands there."""

    def __init__(self, code: str, line: int, found: str) -> None:
        super().__init__(code, line, found)
        self.code, self.line, self.found = code, line, found


def number_of(element: Element, parameters: Mapping[str, Element], depth: int = 0) -> Number:
    """The value of an expression. Errors: Unreadable."""
    match element.tag:
        case "float" | "int":
            return _plain(element)
        case "parameter":
            return _parameter(element, parameters, depth)
        case "lognormal-deviate":
            return _lognormal([constant_of(each, parameters) for each in element.children], element)
    raise Unreadable("open_psa.expression", element.line, element.tag)


def constant_of(element: Element, parameters: Mapping[str, Element]) -> float:
    """A number that must be certain. Errors: Unreadable."""
    value = number_of(element, parameters)
    if isinstance(value, dict):
        raise Unreadable("open_psa.not_certain", element.line, element.tag)
    return value


def kind_of(element: Element) -> str:
    """The parameter an expression rests on: events that name the same one share what is not known of it."""
    return element.get("name") if element.tag == "parameter" else ""


def _plain(element: Element) -> float:
    try:
        value = float(element.get("value"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Unreadable("open_psa.number", element.line, element.get("value")[:40])
    return value


def _parameter(element: Element, parameters: Mapping[str, Element], depth: int) -> Number:
    name = element.get("name")
    if name not in parameters or depth > _DEEPEST:
        raise Unreadable("open_psa.parameter", element.line, name)
    return number_of(parameters[name], parameters, depth + 1)


def _lognormal(given: list[float], element: Element) -> Number:
    """(mean, error factor, level) or (mu, sigma)."""
    if len(given) == 2:
        mean, sigma = math.exp(min(given[0] + given[1] * given[1] / 2, 700.0)), given[1]
    elif len(given) == 3 and given[1] > 1 and 0.5 < given[2] < 1:
        mean, sigma = given[0], math.log(given[1]) / float(ndtri(given[2]))
    else:
        raise Unreadable("open_psa.lognormal", element.line, ", ".join(f"{each:g}" for each in given))
    if not (mean > 0 and sigma > 0):
        raise Unreadable("open_psa.lognormal", element.line, f"{mean:g}, {sigma:g}")
    return {"kind": "lognormal", "mean": mean, "sigma": sigma}
