"""What an assessment was made from, a row each: name, value, interval, and what the interval says."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from anlan.formats.wording import count, duration, number, percent
from anlan.web.common.templatetags.anlan import loss as loss_text
from anlan.web.common.texts import language, of, text, word
from anlan.web.risks.drawings import bounds_said
from anlan.web.risks.models import Assessment
from anlan.web.risks.reports import shown
from anlan.web.risks.services.session_kinds import AXES, POINTS
from anlan.web.runs.drawings import title_of

Row = tuple[str, str, str, str]


def inputs_of(a: Assessment) -> list[Row]:
    """In the order in which they lead to the scores; the scores on their scales come last."""
    values = a.values
    rows: list[Row] = []
    if "given" in values:
        rows += [*_estimates(values, a.loss_unit), *_check(values, a.loss_unit)]
    if "evidence" in values:
        rows += _from_log(values, a.loss_unit)
    if "workshop" in values:
        rows += _from_experts(values)
    if "carried" in values:
        rows += _of_method(values["carried"], a.loss_unit)
    if "study" in values:
        rows.append(_row("study", title_of(values["study"])))
    return [*rows, *_scores(a)]


def _row(name: str, value: Any, limits: str = shown.NONE, said: str = shown.NONE) -> Row:
    return (text(f"reports.inputs.{name}"), str(value), limits, said)


def _limits(found: Mapping[str, Any], write: Callable[[float], str]) -> tuple[str, str, str]:
    """Estimate, limits and what they say of an interval as results keep it."""
    said = text("reports.interval_value", percent=f"{100 * found['level']:g}")
    return write(found["estimate"]), f"{write(found['low'])} – {write(found['high'])}", said


def _estimates(values: Mapping[str, Any], unit: str) -> Iterator[Row]:
    given = values["given"]
    yearly = text("estimating.per_year")

    def size(value: float) -> str:
        return loss_text(value, unit)

    def times(value: float) -> str:
        return f"{number(value, language())} {yearly}"

    for side, write in (("frequency", times), ("severity", size)):
        asked = given[side]
        yield _row(f"{side}_shape", _shape(asked))
        for name in ("low", "likely", "high"):
            if asked.get(name) is not None:
                yield _row(f"{side}_{name}", write(asked[name]))
        if "parameters" in asked:
            said = ", ".join(f"{name} = {value:g}" for name, value in asked["parameters"].items())
            yield _row(f"{side}_parameters", said)
        kept = values["frequency_per_year" if side == "frequency" else "severity"]
        yield _row(f"{side}_mean", *_limits(kept, write))
    if given.get("cases_per_year") is not None:
        yield _row("cases_per_year", number(given["cases_per_year"], language()))
    if given.get("usual_duration_min") is not None:
        yield _row("usual_duration", duration(60 * given["usual_duration_min"], language()))


def _shape(asked: Mapping[str, Any]) -> str:
    """The kind of distribution in words."""
    if "kind" in asked:
        return text(f"estimating.kinds.{asked['kind']}").split(":")[0].split("：")[0]
    return text(f"estimating.shapes.{asked.get('shape', 'pert')}")


def _of_method(carried: Mapping[str, Any], unit: str) -> Iterator[Row]:
    """Figures of a method as they were taken, and what a person stated beside them."""
    times = text("estimating.per_year")
    writers = {
        "frequency": lambda value: f"{number(value, language())} {times}",
        "loss": lambda value: loss_text(value, unit),
    }
    for side, write in writers.items():
        kept = carried[side]
        if kept:
            figure, taken = kept["figure"], kept["taken"] or kept["figure"]
            shown_as = write if kept["taken"] else lambda value: number(value, language())
            ends = [taken["low"], taken["high"]]
            limits = shown.NONE if None in ends else " – ".join(shown_as(end) for end in ends)
            kind = word(f"method_intervals.{taken['interval']}") if taken["interval"] else None
            yield (of(figure["title"]), shown_as(taken["value"]), limits, kind or shown.NONE)
    if carried["cases_per_year"] is not None:
        yield _row("cases_per_year", number(carried["cases_per_year"], language()))
    if carried["one_loss_min"] is not None:
        yield _row("severity_mean", loss_text(carried["one_loss_min"], "customer_min"))
    for axis in carried["by_hand"]:
        yield _row(f"{axis}_score", text(f"estimating.by_hand.{axis}"))


def _check(values: Mapping[str, Any], unit: str) -> Iterator[Row]:
    check = values["check"]
    yield _row("no_loss", percent(values["no_loss"], language()))
    limits = text("reports.standard_error", error=loss_text(check["standard_error"], unit))
    said = text("reports.simulated", years=check["years"], seed=check["seed"])
    yield _row("check", loss_text(check["value"], unit), limits, said)


def _from_log(values: Mapping[str, Any], unit: str) -> Iterator[Row]:
    evidence, severity = values["evidence"], values["severity"]
    yield _row("finding", values["finding"])
    of_all = f"{count(evidence['count'], language())} / {count(evidence['exposure'], language())}"
    yield _row("cases", of_all)
    yield _row("rate", *_limits(evidence["rate"], lambda value: percent(value, language())))
    yield _row("period", duration(86_400 * evidence["period_days"], language()))
    if evidence.get("q") is not None:
        yield _row("q", number(evidence["q"], language()))
    times = text("estimating.per_year")
    yield _row(
        "frequency_mean",
        *_limits(values["frequency_per_year"], lambda value: f"{number(value, language())} {times}"),
    )
    yield from _severity(severity, unit)


def _severity(severity: Mapping[str, Any], unit: str) -> Iterator[Row]:
    """Of one event, in the unit of the yearly loss: minutes, or money where the run had a rate."""
    if severity.get("mean") is None:
        return
    said = text("reports.of_values", n=severity["n"]) if severity.get("n") else shown.NONE
    yield _row("severity_mean", loss_text(severity["mean"], unit), said=said)
    for name in ("median", "p95"):
        if severity.get(name) is not None:
            yield _row(f"severity_{name}", loss_text(severity[name], unit))


def _from_experts(values: Mapping[str, Any]) -> Iterator[Row]:
    yield _row("workshop", values["workshop"], said=text("workshops.of_round", n=values["round"]))
    spread = values.get("experts", values)
    for axis in (*AXES, *POINTS):
        half = spread.get(axis)
        if not isinstance(half, Mapping) or "q1" not in half:
            continue
        limits = f"{number(half['q1'], language())} – {number(half['q3'], language())}"
        said = text("reports.middle_half", n=half["n"])
        name = text(f"workshops.axes.{axis}")
        yield (name, number(half["median"], language()), limits, said)
        if spread.get(f"{axis}_w") is not None:
            agreement = number(spread[f"{axis}_w"], language())
            yield (text("reports.inputs.agreement", axis=name), agreement, shown.NONE, shown.NONE)


def _scores(a: Assessment) -> Iterator[Row]:
    """Each score with its band of the scale, and the value that led to it where one did."""
    for axis, given, value in (
        ("likelihood", a.likelihood, a.likelihood_value), ("severity", a.severity, a.severity_value),
    ):  # fmt: skip
        scale = a.criteria.content[axis]
        unit = text(f"risks.scale_units.{scale['unit']}")
        if value is not None:
            yield _row(f"{axis}_value", f"{number(value, language())} {unit}")
        yield _row(
            f"{axis}_score", f"{given} {of(scale['labels'][given - 1])}", bounds_said(scale, given - 1), unit
        )
