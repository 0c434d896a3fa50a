"""`anlan blueprint` and `anlan journey`: a process drawn as it serves its customers."""

import argparse
from pathlib import Path
from typing import Any

from anlan.cli.asked import load
from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.domain.design import Design, Link, Step
from anlan.domain.design.service_view import ServiceView
from anlan.domain.errors import UsageError
from anlan.formats.criteria_file import load_criteria
from anlan.formats.report.charts.tables import ChartTable, table_csv
from anlan.formats.report.levels import Levels
from anlan.formats.report.service import (
    blueprint_drawing,
    blueprint_rows,
    journey_drawing,
    journey_rows,
)
from anlan.formats.report.words import NO_VALUE, Words
from anlan.formats.whole_file import write_whole
from anlan.studies.assess import SECTIONS
from anlan.studies.conformance import read_model
from anlan.studies.quantify import criteria_section
from anlan.studies.service_view import moments_of, service_view
from anlan.studies.workspace import Request, Workspace

ENDINGS = (".svg", ".png", ".csv")
_SHOWN = {"blueprint": (0, 1, 3, 5, 6), "journey": (0, 1, 2, 16)}
"""Columns of the table that the terminal has room for."""


def blueprint(options: argparse.Namespace) -> None:
    """Lanes of a BPMN file, with the times of a log where one is given."""
    _answer(options, "blueprint")


def journey(options: argparse.Namespace) -> None:
    """Touchpoints of a BPMN file with the times of a log where one is given."""
    _answer(options, "journey")


def _answer(options: argparse.Namespace, kind: str) -> None:
    place = Path(options.out) if options.out else None
    if place is not None:
        _check_place(place)
    words = Words(options.lang)
    view = _view(options)
    levels = Levels(criteria_section(load_criteria(None)), words)
    moments = moments_of(view.columns)
    rows = (
        blueprint_rows(view, words, levels)
        if kind == "blueprint"
        else journey_rows(view, moments, words, levels)
    )
    if place is not None:
        drawing = (
            blueprint_drawing(view, words=words, levels=levels)
            if kind == "blueprint"
            else journey_drawing(view, moments, words=words, levels=levels)
        )
        write_whole(place, _content(place, drawing, rows))
    if options.json:
        write_json(
            {
                "kind": kind,
                "by": view.by,
                "rows": [dict(zip(rows.headings, row, strict=True)) for row in rows.rows],
                "untold": [step.key for step in view.untold],
                "file": str(place) if place else None,
            }
        )
        return
    print("\n".join(_said(view, kind, rows, place, words)))


def _view(options: argparse.Namespace) -> ServiceView:
    """The model of `--model`, else the activities of the log as its steps."""
    if not options.model and not options.log:
        raise UsageError("service.no_model")
    section = None
    if options.log:
        progress = ProgressLine(options.lang, every_kernel=False)
        try:
            loaded = load(options, progress)
            request = Request(process=Path(loaded.facts.name).name.split(".")[0])
            section = SECTIONS["process"](Workspace(loaded.log, loaded.facts, request))
        finally:
            progress.close()
    if not options.model:
        assert section is not None
        return service_view(_of_log(section), name=section["name"], language=options.lang, section=section)
    model = read_model(Path(options.model))
    keys = {step.key: step.key for step in model.design.steps} | {s.name: s.key for s in model.design.steps}
    return service_view(
        model.design, name=model.name, language=options.lang, section=section, activities=keys
    )


def _of_log(section: dict[str, Any]) -> Design:
    names = [activity["name"] for activity in section["activities"]]
    pairs = [(e["from"], e["to"]) for e in section["edges"] if e["from"] != e["to"]]
    return Design(tuple(Step(name, name) for name in names), tuple(Link(u, v) for u, v in pairs))


def _check_place(path: Path) -> None:
    """Only new files: a slip in the command line must not cost a picture made by hand."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError("service.ending", found=path.name, accepted=", ".join(ENDINGS))
    if not path.parent.is_dir():
        raise UsageError("bpmn.no_folder", path=str(path), folder=str(path.parent))
    if path.exists():
        raise UsageError("service.there", path=str(path))


def _content(path: Path, drawing: str, rows: ChartTable) -> bytes:
    ending = path.suffix.lower()
    if ending == ".csv":
        return table_csv(rows)
    if ending == ".svg":
        return drawing.encode()
    from anlan.formats.printing import to_png  # loads the typesetter

    return to_png(drawing)


def _said(view: ServiceView, kind: str, rows: ChartTable, place: Path | None, words: Words) -> list[str]:
    lines = [words(f"service.by.{view.by}")]
    if view.untold:
        lines.append(
            words("service.untold", n=len(view.untold), names=words.listed(s.name for s in view.untold[:10]))
        )
    if rows.rows:
        shown = _SHOWN[kind]
        texts = [tuple(_text(row[at], words) for at in shown) for row in rows.rows]
        lines += ["", table([rows.headings[at] for at in shown], texts)]
    if place is not None:
        lines.append(words("service.written", path=str(place)))
    return lines


def _text(value: object, words: Words) -> str:
    if isinstance(value, int | float):
        return words.number(float(value))
    return str(value) if value else NO_VALUE
