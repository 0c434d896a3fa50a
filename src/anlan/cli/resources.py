"""`anlan forecast`, `anlan staff`, `anlan roster`: each a method, fed from a file or from the one before."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.cli.asked import load
from anlan.cli.methods import say_assessment
from anlan.cli.speak import ProgressLine, write_json
from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.count_table import read_counts
from anlan.formats.report.words import Words
from anlan.formats.settings_bytes import read_once
from anlan.formats.spec_file import read_spec_file
from anlan.maths.progress import watched
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.spec import SPEC
from anlan.studies.progress import METHOD
from anlan.studies.resources import counts_of_log, demand_of, forecast_spec, hourly_need, interval_of

_MOST_BYTES = 20_000_000


def forecast(options: argparse.Namespace) -> None:
    """Counts of a table, or of the cases of a log as they arrive, and what is to be expected."""
    holidays = [day.strip() for day in (options.holidays or "").split(",") if day.strip()]
    asked = {"interval": options.interval, "days": options.days, "start": options.start,
             "holidays": holidays or None}  # fmt: skip
    progress = ProgressLine(options.lang, every_kernel=False)
    try:
        if options.counts:
            counts, title = read_counts(Path(options.log)), Path(options.log).stem
        else:
            loaded = load(options, progress)
            counts, title = (
                counts_of_log(loaded.log, minutes=60 if options.interval is None else options.interval),
                Path(options.log).stem,
            )
        result = _assessed(forecast_spec(counts, title=title, asked=asked), progress)
    finally:
        progress.close()
    _say(result, options)


def staff(options: argparse.Namespace) -> None:
    """People by interval for the demand of a forecast or a table."""
    inputs = _demand(options)
    names = ("share", "within", "rule", "patience", "most_lost", "most_busy", "shrinkage", "first_hour")
    inputs |= {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    inputs["handling"] = [options.handling]
    title = Path(options.demand).stem
    document = {"schema": SPEC, "method": "staffing", "title": title, "inputs": inputs}
    _run(document, options)


def _demand(options: argparse.Namespace) -> dict[str, Any]:
    """The demand of the file. Errors: UsageError for limits of a table, which has none."""
    path = Path(options.demand)
    if path.suffix.lower() == ".json":
        inputs = demand_of(_result(path), limits=options.limits)
        if options.interval is not None and options.interval != inputs["interval"]:
            raise UsageError("resources.interval", found=options.interval, held=inputs["interval"])
        return inputs
    if options.limits:
        raise UsageError("resources.no_limits", file=path.name)
    counts = read_counts(path)
    minutes = interval_of(counts, options.interval)
    begun = {} if counts.start is None else {"first_hour": counts.start.hour + counts.start.minute / 60}
    return {"demand": list(counts.values), "interval": 60 if minutes is None else minutes, **begun}


def roster(options: argparse.Namespace) -> None:
    """The roster of a spec, its need from a staffing plan where one is given."""
    document = read_spec_file(Path(options.spec))
    if document.get("method", "shift_roster") != "shift_roster":
        found = str(document.get("method"))[:60]
        raise UsageError("resources.other_spec", found=found, wanted="shift_roster")
    given = document.get("inputs") or {}
    if not isinstance(given, Mapping):
        raise RefusedInput("method.missing_input", where="inputs")
    inputs = dict(given)
    if options.need:
        hourly, days = hourly_need(_result(Path(options.need))), inputs.get("days", 1)
        cut = len(hourly) > 24 and isinstance(days, int) and days > 0  # else its reading says what is wrong
        inputs |= {"hourly": hourly[: 24 * days] if cut else hourly}
    if options.time_limit is not None:
        inputs["time_limit"] = options.time_limit
    _run({**document, "method": "shift_roster", "inputs": inputs}, options)


def _result(path: Path) -> Mapping[str, Any]:
    """A result as `--json` writes it. Errors: RefusedInput `resources.not_json`."""
    read = read_once(path, kind="settings", largest=_MOST_BYTES)
    try:
        found = json.loads(read.content.decode("utf-8-sig"))
    except ValueError:
        found = None
    if not isinstance(found, dict) or "tables" not in found:
        raise RefusedInput("resources.not_json", file=path.name)
    return found


def _run(document: Mapping[str, Any], options: argparse.Namespace) -> None:
    progress = ProgressLine(options.lang, stage=METHOD, every_kernel=False)
    try:
        result = _assessed(document, progress)
    finally:
        progress.close()
    _say(result, options)


def _assessed(document: Mapping[str, Any], progress: ProgressLine) -> dict[str, Any]:
    with watched(lambda share: progress(METHOD, share)):
        return assess_by_spec(document)


def _say(result: Mapping[str, Any], options: argparse.Namespace) -> None:
    write_json(result) if options.json else print(say_assessment(result, Words(options.lang)))
