"""`anlan assess` and `anlan demo`: walk the loop, write the report, say what it found."""

import argparse
import json
from pathlib import Path
from typing import Any

from anlan.cli.asked import load, workspace
from anlan.cli.speak import ProgressLine, rejected_reasons, write_json, yearly_loss
from anlan.domain.errors import RefusedInput
from anlan.formats.report import render_report
from anlan.formats.report.charts.matrix import level_counts
from anlan.formats.report.loss_words import what_counts
from anlan.formats.report.words import Language, Words, is_as_written
from anlan.formats.workbook_report import write_workbook
from anlan.studies.assess import assess as run_assess
from anlan.studies.loading import LoadedLog, save_rejected
from anlan.studies.output import RESULT_FILE, check_folder, check_inputs, replace_folder, write_text

REPORT_FILE, WORKBOOK_FILE, REJECTED_FILE = "report.html", "risks.xlsx", "rejected.csv"
_FILE_OPTIONS = ("calendar", "costs", "criteria", "map_file", "save_map")
_SAMPLE = Path(__file__).parents[1] / "samples" / "incidents.csv.gz"
_SAMPLE_COLUMNS = "case=incident,activity=incident_state,end=updated_at,resource=assigned_to"


def assess(options: argparse.Namespace) -> None:
    """Assess a log and write `report.html`, `risks.xlsx`, `result.json` and, if any, `rejected.csv`."""
    folder = Path(options.out)
    check_inputs(folder, _inputs(options))
    check_folder(folder)
    progress = ProgressLine(options.lang)
    try:
        loaded = load(options, progress)
        result = run_assess(workspace(options, loaded, progress))
        progress("report", 0.0)
        target = replace_folder(folder, lambda fresh: _write(fresh, result, loaded, options.lang))
    finally:
        progress.close()
    _say(result, target, options)


def _inputs(options: argparse.Namespace) -> dict[str, str]:
    """Files the run reads or saves: argument or option -> path as given."""
    files = {f"--{name.replace('_', '-')}": getattr(options, name) for name in _FILE_OPTIONS}
    log = options.log if Path(options.log).exists() else None
    return {name: path for name, path in {"LOG": log, **files}.items() if path}


def _say(result: dict[str, Any], target: Path, options: argparse.Namespace) -> None:
    """What was found, on standard output; the results are in `target` already."""
    try:
        if options.json:
            write_json(result)
        else:
            print(conclusion(result, target, options.lang))
        print(end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise RefusedInput("results.not_said", folder=str(target), reason=str(fault)) from fault


def demo_report(options: argparse.Namespace) -> None:
    """The loop on the bundled real log, with its service promise and a budget of 60 person-days."""
    from anlan.cli.parser import build_parser

    words = [
        "assess",
        str(_SAMPLE),
        "--map",
        _SAMPLE_COLUMNS,
        "--sla",
        "column:made_sla",
        "--budget",
        "60d",
        "--process",
        "incidents",
        "--lang",
        options.lang,
        "--out",
        options.out,
    ]
    assess(build_parser(options.lang).parse_args(words))


def _write(folder: Path, result: dict[str, Any], loaded: LoadedLog, language: Language) -> None:
    text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)
    write_text(folder / RESULT_FILE, text + "\n")
    write_text(folder / REPORT_FILE, render_report(result, language=language))
    write_workbook(result, folder / WORKBOOK_FILE, language=language)
    save_rejected(loaded, folder / REJECTED_FILE, language=language)


def conclusion(result: dict[str, Any], folder: Path, language: Language) -> str:
    """A few lines on what was found and where the report lies."""
    words = Words.of_result(result, language)
    log, risks = result["log"], result["risks"]
    lines = [
        words.plain("cli.warning", text=words.of(note["text"]))
        for note in result["notes"]
        if note.get("warning")
    ]
    lines.append(_what_was_read(log, words))
    if words.working:
        lines.append(words.plain("cli.working", name=log["clock"]))
    rejected = sum(log["rejected"].values())
    if rejected:
        reasons = rejected_reasons(log["rejected"], language)
        kept = folder / REJECTED_FILE
        file = str(kept) if kept.is_file() else words.plain("cli.rejected_lost")
        lines.append(words.plain("cli.rejected", n=rejected, reasons=reasons, file=file))
    lines.append(
        words.plain("cli.risks", n=len(risks), levels=level_counts(result, words))
        if risks
        else words.plain("cli.no_risks")
    )
    if risks and result["portfolio"]["mean"] is not None:
        lines += yearly_loss(result["portfolio"], words)
        lines += [text for text in (what_counts(result, words),) if text]
    lines.append(words.plain("cli.report", path=str((folder / REPORT_FILE).resolve())))
    return "\n".join(lines)


def _what_was_read(log: dict[str, Any], words: Words) -> str:
    first, last = (words.moment(log[key], as_written=is_as_written(log)) for key in ("first", "last"))
    return words.plain("cli.read", cases=log["n_cases"], events=log["n_events"], first=first, last=last)
