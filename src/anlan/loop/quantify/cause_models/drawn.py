"""What the picture of a model shows, finished or not: the data of the charts of its method, with numbers only
where they are known."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.domain.method import Answer
from anlan.loop.quantify.cause_models.parts import Inputs, name_of, rows_of
from anlan.loop.quantify.methods.estimates import read_estimate

_MOST_SEQUENCES = 512
"""Branching goes no further; the method itself refuses more than some thousands."""


def fault_tree_data(inputs: Inputs, answer: Answer | None, *, top: str) -> dict[str, Any]:
    """The tree below a gate. Numbers of gates come from the answer, of events also from what is written."""
    known = _known(answer)
    return {
        "top": top,
        "gates": [
            {"name": name_of(row), "kind": str(row.get("kind") or "or"), "k": row.get("k") or 0,
             "inputs": [str(each).strip() for each in row.get("inputs") or ()],
             "probability": known.get(name_of(row))}
            for row in rows_of(inputs, "gates")
        ],
        "events": [
            {"name": name_of(row), "probability": known.get(name_of(row), _plain(row.get("probability")))}
            for row in rows_of(inputs, "events")
        ],
        "houses": [
            {"name": name_of(row), "happens": row.get("happens") is True}
            for row in rows_of(inputs, "houses")
        ],
    }  # fmt: skip


def bow_tie_data(inputs: Inputs, answer: Answer | None) -> dict[str, Any]:
    """Both sides as written; frequencies and failures on demand where there is an answer."""
    if answer is not None:
        return dict(answer.charts[0].data)
    own = {name_of(row): _plain(row.get("probability")) for row in rows_of(inputs, "barriers")
           if not row.get("failure") and not row.get("supports")}  # fmt: skip

    def line(row: Mapping[str, Any], frequency: float | None) -> dict[str, Any]:
        names = [str(each).strip() for each in row.get("barriers") or ()]
        barriers = [{"name": name, "failing": own.get(name)} for name in names]
        return {"name": name_of(row), "frequency": frequency, "barriers": barriers}

    return {
        "event": str(inputs.get("event") or ""),
        "frequency": None,
        "causes": [line(row, _plain(row.get("frequency"))) for row in rows_of(inputs, "causes")],
        "consequences": [line(row, None) for row in rows_of(inputs, "consequences")],
    }


def event_tree_data(inputs: Inputs, answer: Answer | None) -> dict[str, Any]:
    """Headings and sequences; frequencies where there is an answer."""
    if answer is not None:
        return dict(answer.charts[0].data)
    given = inputs.get("initiating")
    initiating = given if isinstance(given, Mapping) else {}
    headings = rows_of(inputs, "headings")
    ends = rows_of(inputs, "end_states")
    names = [name_of(row) for row in headings]
    sequences = []
    for outcomes in _ways(headings, names):
        end = next((row for row in ends if _holds(row.get("when") or (), names, outcomes)), None)
        unwanted = (
            True in outcomes if not ends else end is not None and end.get("unwanted", True) is not False
        )
        sequences.append(
            {"outcomes": outcomes, "frequency": None, "end": None if end is None else name_of(end),
             "unwanted": unwanted}
        )  # fmt: skip
    return {
        "initiator": name_of(initiating),
        "frequency": _plain(initiating.get("frequency")),
        "headings": names,
        "sequences": sequences,
    }


def _ways(headings: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[bool | None, ...]]:
    """Every way through the headings; where they become too many, the rest is drawn as not asked."""
    open_: list[tuple[bool | None, ...]] = [()]
    for row in headings:
        longer = [(*way, each) for way in open_ for each in _outcomes(row, names, way)]
        many = len(longer) > _MOST_SEQUENCES
        open_ = [(*way, None) for way in open_] if many else longer
    return open_


def _outcomes(
    row: Mapping[str, Any], names: Sequence[str], way: tuple[bool | None, ...]
) -> Iterator[bool | None]:
    rules: Sequence[Mapping[str, Any]] = row.get("depends") or ()
    rule = next((each for each in rules if _holds(each.get("when") or (), names, way)), {})
    yield from (None,) if rule.get("skip") is True else (False, True)


def _holds(conditions: Sequence[Mapping[str, Any]], names: Sequence[str], way: Sequence[bool | None]) -> bool:
    """Whether all conditions hold; one that names no heading before holds nowhere."""
    for each in conditions:
        name = str(each.get("heading") or "").strip()
        at = names.index(name) if name in names else len(way)
        if at >= len(way) or way[at] is not (each.get("outcome") == "fails"):
            return False
    return True


def _known(answer: Answer | None) -> dict[str, float]:
    if answer is None:
        return {}
    data = answer.charts[0].data
    rows = (*data["events"], *data["gates"])
    return {row["name"]: row["probability"] for row in rows if row["probability"] is not None}


def _plain(value: Any) -> float | None:
    """A number at least 0, of a distribution its mean; None for anything else."""
    if isinstance(value, Mapping):
        try:
            return max(float(read_estimate(value).mean), 0.0)
        except (AnlanError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        return None
    return float(value)
