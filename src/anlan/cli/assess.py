"""`anlan assess` and `anlan demo`: walk the loop, write the report, say what it found."""

import argparse
import json
from pathlib import Path
from typing import Any

from anlan.cli.asked import load, workspace
from anlan.cli.speak import ProgressLine, write_json
from anlan.domain.errors import RefusedInput
from anlan.formats.messages import messages
from anlan.studies.assess import assess as run_assess
from anlan.studies.loading import LoadedLog
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
        progress("report", 0.9)
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


def demo(options: argparse.Namespace) -> None:
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


def _write(folder: Path, result: dict[str, Any], loaded: LoadedLog, language: str) -> None:
    from anlan.formats.report import render_report
    from anlan.formats.workbook_report import write_workbook
    from anlan.studies.loading import save_rejected

    text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)
    write_text(folder / RESULT_FILE, text + "\n")
    write_text(folder / REPORT_FILE, render_report(result, language="en" if language == "en" else "zh"))
    write_workbook(result, folder / WORKBOOK_FILE, language="en" if language == "en" else "zh")
    save_rejected(loaded, folder / REJECTED_FILE)


def conclusion(result: dict[str, Any], folder: Path, language: str) -> str:
    """A few lines on what was found and where the report lies."""
    words = messages(language)
    log, risks, portfolio = result["log"], result["risks"], result["portfolio"]
    by_level = _by_level(result, language)
    lines = [
        words.text(
            "cli.read",
            cases=log["n_cases"],
            events=log["n_events"],
            first=log["first"] or "—",
            last=log["last"] or "—",
        ),
    ]
    rejected = sum(log["rejected"].values())
    if rejected:
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in log["rejected"].items() if n)
        kept = folder / REJECTED_FILE
        file = str(kept) if kept.is_file() else words.text("cli.rejected_lost")
        lines.append(words.text("cli.rejected", n=rejected, reasons=reasons, file=file))
    lines.append(
        words.text("cli.risks", n=len(risks), levels=by_level) if risks else words.text("cli.no_risks")
    )
    if risks and portfolio["mean"] is not None:
        unit = (
            words.text("cli.unit.customer_min") if portfolio["unit"] == "customer_min" else portfolio["unit"]
        )
        lines.append(words.text("cli.loss", mean=portfolio["mean"], p95=portfolio["p95"], unit=unit))
    lines.append(words.text("cli.report", path=str((folder / REPORT_FILE).resolve())))
    return "\n".join(lines)


def _by_level(result: dict[str, Any], language: str) -> str:
    counts: dict[str, int] = {}
    for risk in result["risks"]:
        counts[risk["index"]["level"]] = counts.get(risk["index"]["level"], 0) + 1
    levels = reversed(result["criteria"]["levels"])
    counted = [
        f"{level['name'][language]} {counts[level['code']]}" for level in levels if level["code"] in counts
    ]
    return " 项、".join(counted) + " 项" if language == "zh" else ", ".join(counted)
