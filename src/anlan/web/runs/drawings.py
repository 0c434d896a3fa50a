"""The result of a run as sections of a page, drawn once per language and kept beside the result."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan import __version__
from anlan.domain.errors import AnlanError
from anlan.formats.printing.png import to_png
from anlan.formats.report.charts.answer_drawings import Drawn, drawings_of
from anlan.formats.report.charts.tables import chart_table, table_csv
from anlan.formats.report.parts import result_sections
from anlan.formats.report.words import Language, Words
from anlan.studies.catalogue import CONFORM, DISCOVER, METHOD, is_known, study
from anlan.studies.catalogue import studies as all_studies
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import error_from, error_text, has_text, of, text, word
from anlan.web.runs import results
from anlan.web.runs.asking.said import said
from anlan.web.runs.models import Run
from anlan.web.runs.parts import under_codes

CHART_FORMS = {
    "svg": "image/svg+xml; charset=utf-8", "png": "image/png", "csv": "text/csv; charset=utf-8"
}  # fmt: skip
"""What a drawing can be taken out as."""
_ELSEWHERE = (CONFORM, DISCOVER)
"""Studies whose results a page of the process shows."""
_FIRST = ("findings", "risks", "key_nodes", "measures")


def sections(run: Run, *, language: str, codes: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """anchor, title, body (markup of our own) of each section. codes: of the result's risks, by their id.
    Errors: RefusedInput as `results.content`."""
    results.content(run)
    if run.study in _ELSEWHERE:
        return []
    path = results.kept_beside(
        run, f"folded-{__version__}.{language}.json", lambda target: _draw(run, target, language)
    )
    drawn: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [{**section, "body": under_codes(section["body"], codes or {})} for section in drawn]


def _draw(run: Run, target: Path, language: str) -> None:
    drawn = result_sections(results.result_of(run), language=_known(language))
    plain = [{"anchor": s.anchor, "title": str(s.title), "body": str(s.body)} for s in drawn]
    target.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def chart_files(run: Run, *, language: str) -> list[Drawn]:
    """The drawings of a method's answer as files of their own; none of another study.

    Errors: RefusedInput as `results.content`.
    """
    if not run.study.startswith(METHOD) or run.state != Run.State.DONE:
        return []
    return drawings_of(results.result_of(run), language=_known(language), theme="light")


def chart_file(run: Run, number: int, form: str, *, language: str) -> bytes | None:
    """One drawing in a form of `CHART_FORMS`, `csv` its table; None where there is no such drawing.

    Errors: RefusedInput as `results.content`, or where a picture cannot be made without the font.
    """
    drawn = next((each for each in chart_files(run, language=language) if each.number == number), None)
    if drawn is None:
        return None
    if form == "csv":
        chart = results.result_of(run)["charts"][number - 1]
        return table_csv(chart_table(chart["kind"], chart["data"], Words(_known(language))))
    return to_png(drawn.svg) if form == "png" else drawn.svg.encode()


def _known(language: str) -> Language:
    return "en" if language == "en" else "zh"


def title_of(code: str) -> str:
    """The study's name in this language; its code where the catalogue no longer has it."""
    if code.startswith(METHOD):
        return word(f"methods.{code.removeprefix(METHOD)}.title") or code
    return of(study(code).title) if is_known(code) else code


def asked(run: Run) -> list[tuple[str, str]]:
    """Parameters with their words, as the run page and comparisons show them."""
    if run.study.startswith(METHOD):
        return _asked_of_method(run)
    known = {p.name: p for p in study(run.study).parameters} if is_known(run.study) else {}
    rows = []
    for name, value in run.parameters.items():
        parameter = known.get(name)
        if name == "criteria_in_force" or (parameter is not None and parameter.kind == "spec"):
            continue
        shown = answer_words(name, value)
        if name in ("criteria", "model") and value:
            shown = text("runs.fields.given_file", lines=len(str(value).splitlines()))
        elif name == "criteria" and not value:
            in_force = run.parameters.get("criteria_in_force")
            shown = str(in_force["version"]) if in_force else text("runs.fields.bundled_criteria")
        rows.append((of(parameter.title) if parameter else name, shown))
    return rows


def _asked_of_method(run: Run) -> list[tuple[str, str]]:
    """The head of the spec; its inputs stand in the result."""
    spec = run.parameters["spec"]
    rows = [(text("runs.fields.assessed"), spec.get("title") or "—")]
    rows += [(text("runs.fields.about"), run.about)] if run.about else []
    return [*rows, (text("runs.fields.stage"), text(f"risks.stages.{spec.get('stage', 'current')}"))]


def answer_words(name: str, value: Any) -> str:
    """An answer as pages show it; a dash where none was given."""
    return "—" if value in (None, "") else said(name, str(value))


def word_of(name: str) -> str:
    """The words of a parameter, a figure or a fact of the provenance."""
    for entry in all_studies():
        parameter = entry.parameter(name)
        if parameter is not None:
            return of(parameter.title)
    group, _, rest = name.partition(".")
    if rest and has_text(f"runs.figures.{group}"):
        shown = level_marks()[rest].word if group == "levels" else rest
        return f"{text(f'runs.figures.{group}')} · {shown}"
    key = f"runs.figures.{name}"
    return text(key) if has_text(key) else name


def error_words(run: Run) -> list[str]:
    """What went wrong, in this language: a sentence a fault."""
    if not run.error:
        return []
    error = error_from(run.error)
    return [refusal(each) for each in error.several or (error,)]


def refusal(error: AnlanError) -> str:
    """An error in the words of the form, where the command line has others."""
    own = f"runs.refused.{error.code}"
    return text(own, **error.parameters) if has_text(own) else error_text(error)


def step_word(run: Run) -> str:
    key = f"runs.steps.{run.step}"
    return text(key) if run.step and has_text(key) else text(f"runs.states.{run.state}")


def key_figures(run: Run) -> list[tuple[str, Any]]:
    """The first few counts of the run, or the headline of a method, for its row in the list."""
    if "headline" in run.figures:
        return [(of(run.figures["headline"]), run.figures["value"])]
    return [(text(f"runs.figures.{name}"), run.figures[name]) for name in _FIRST if name in run.figures]
