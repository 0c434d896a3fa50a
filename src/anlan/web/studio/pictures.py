"""The pictures of a comparison, for its page and as files of their own; the rows of the innovation matrix."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.safestring import SafeString, mark_safe

from anlan.formats import wording
from anlan.formats.report.charts.innovation import by_cost, innovation_matrix, letter_of
from anlan.loop.improve.twin.differences import differences
from anlan.web.common.texts import language, text
from anlan.web.runs.results import result_of
from anlan.web.studio.comparison import comparison_shown
from anlan.web.studio.files import on_paper
from anlan.web.studio.maps import change_drawing
from anlan.web.studio.models import DesignComparison
from anlan.web.studio.services.checking import checked
from anlan.web.studio.told import cost_said


@dataclass(frozen=True)
class Placed:
    """A design in the matrix: letter and name, gain with its interval, effort, cost, what it changes."""

    letter: str
    name: str
    gain: str
    within: str
    effort: str
    cost: str
    changed: str


@dataclass(frozen=True)
class Matrix:
    picture: SafeString
    rows: list[Placed]
    by_cost: bool


def matrix_shown(found: Mapping[str, Any]) -> Matrix | None:
    """None of a result that was made before designs had places."""
    designs = found["designs"]
    if not designs or not all("place" in each for each in designs):
        return None
    picture = innovation_matrix(designs, by=found["by"], language=language(), theme="page")
    rows = [_placed(number, each) for number, each in enumerate(designs)]
    return Matrix(mark_safe(picture), rows, by_cost(designs))


def _placed(number: int, of: Mapping[str, Any]) -> Placed:
    place, lang = of["place"], language()
    gain = place["gain"]
    said = (
        [wording.percent(gain[end], lang).replace("-", "−") for end in ("estimate", "low", "high")]
        if gain
        else []
    )
    return Placed(
        letter_of(number), of["name"], said[0] if said else "—",
        text("studio.compare.between", low=said[1], high=said[2]) if said else "",
        text(f"studio.matrix.effort.{place['effort']}"), cost_said(of["cost"]) or "—",
        text("studio.matrix.changed", n=place["changed"], share=wording.percent(place["difference"], lang)),
    )  # fmt: skip


def picture_of(of: DesignComparison, name: str) -> str:
    """A picture of the comparison as a file of its own, in light colours. Errors: Http404 for no such one."""
    if name not in _PICTURES:
        raise Http404
    return _PICTURES[name](of)


def _matrix(of: DesignComparison) -> str:
    found = result_of(of.run)["found"]
    if not all("place" in each for each in found["designs"]):
        raise Http404
    return innovation_matrix(found["designs"], by=found["by"], language=language())


def _times(of: DesignComparison) -> str:
    return on_paper(str(comparison_shown(result_of(of.run), of.designs).lies.picture))


def _map(of: DesignComparison) -> str:
    return on_paper(map_of_design(of, comparison_shown(result_of(of.run), of.designs).chosen))


def map_of_design(of: DesignComparison, code: str) -> str:
    """What the design of that code changes on the map; the first where there is none of it."""
    kept = kept_design(of.designs, code)
    after = checked(of.twin, kept["name"], kept["changes"])
    return str(change_drawing(of.twin.inputs, after, differences(of.twin.inputs, after)))


def kept_design(designs: Sequence[Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    return next((each for each in designs if each["code"] == code), designs[0])


_PICTURES: Mapping[str, Callable[[DesignComparison], str]] = {"matrix": _matrix, "times": _times, "map": _map}
