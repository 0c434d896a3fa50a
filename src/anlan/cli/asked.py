"""Command-line options turned into what the studies ask for."""

import argparse
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.cli.arrow_alone import leave_pandas_out
from anlan.cli.speak import ProgressLine
from anlan.domain.errors import UsageError
from anlan.formats.bpmn import read_bpmn
from anlan.formats.bpmn.guarded_xml import MOST_BYTES
from anlan.formats.calendar_file import load_calendar
from anlan.formats.cost_file import load_costs
from anlan.formats.criteria_file import load_criteria
from anlan.formats.mapping_file import check_saving, load_mapping, save_mapping
from anlan.formats.reading.options import ReadOptions
from anlan.formats.settings_bytes import LARGEST_BYTES, SettingsBytes, read_once
from anlan.studies.loading import LoadedLog, load_log
from anlan.studies.numbers import is_zone, moment_us
from anlan.studies.options import (
    parse_budget,
    parse_closing,
    parse_limit,
    parse_mapping,
    parse_packs,
    parse_path,
)
from anlan.studies.parameters import LOG_PARAMETERS
from anlan.studies.workspace import Request, Workspace

_FILES = {"calendar": "calendar", "costs": "settings", "criteria": "settings", "model": "model"}
"""Options that name a settings file, with the kind of its error texts."""
_LARGEST = {"model": MOST_BYTES}


def settings_files(options: argparse.Namespace) -> Mapping[str, SettingsBytes]:
    """Option -> content of its file, read from disk once per run: the same bytes decide and are hashed."""
    if not hasattr(options, "settings_files"):
        given = {name: getattr(options, name, None) for name in _FILES}
        options.settings_files = {
            name: read_once(Path(path), kind=_FILES[name], largest=_LARGEST.get(name, LARGEST_BYTES))
            for name, path in given.items()
            if path
        }
    read: Mapping[str, SettingsBytes] = options.settings_files
    return read


def read_options(options: argparse.Namespace) -> ReadOptions:
    """How a file is to be read; UsageError where that, or where to save the columns, makes no sense."""
    leave_pandas_out()
    if options.save_map:
        check_saving(Path(options.save_map))
    if options.tz is not None:
        options.tz = unicodedata.normalize("NFKC", options.tz).strip()
    settings: dict[str, Any] = {
        "tz": options.tz,
        "time_format": options.time_format,
        "sheet": options.sheet,
        "on_bad_rows": options.on_bad_rows,
        "max_bad_share": options.max_bad_share,
    }
    if options.map_file:
        settings["mapping"] = load_mapping(Path(options.map_file))
    if options.map:
        settings["mapping"] = {**settings.get("mapping", {}), **parse_mapping(options.map)}
    if options.missing is not None:
        settings["missing_markers"] = ("", *(text.strip() for text in options.missing.split(",")))
    if options.tz is not None and not is_zone(options.tz):
        raise UsageError("option.tz", found=options.tz[:80])
    if "calendar" in (files := settings_files(options)):
        settings["calendar_zone"] = load_calendar(files["calendar"]).zone
    return ReadOptions(**settings)


def load(options: argparse.Namespace, progress: ProgressLine) -> LoadedLog:
    """The log of the command line; with `--save-map` its columns are saved for the next time."""
    loaded = load_log(options.log, read_options(options), progress=progress)
    keep_mapping(options, loaded)
    return loaded


def keep_mapping(options: argparse.Namespace, loaded: LoadedLog) -> None:
    """Save the columns as recognised or corrected, where `--save-map` asks for it."""
    if options.save_map:
        columns = {role: column for role, (column, _) in loaded.facts.mapping.items()}
        save_mapping(Path(options.save_map), columns)


def workspace(options: argparse.Namespace, loaded: LoadedLog, progress: ProgressLine) -> Workspace:
    """The stages over a loaded log, with the analysis options of the command line."""
    files = settings_files(options)
    name = options.process or Path(loaded.facts.name).name.split(".")[0]
    request = Request(
        process=name,
        limit=parse_limit(options.sla) if options.sla else None,
        packs=parse_packs(options.packs),
        reference_path=parse_path(options.reference) if options.reference else None,
        closing=parse_closing(options.closing) if options.closing else None,
        budget=parse_budget(options.budget) if options.budget else None,
        as_of_us=_as_of(options.as_of, loaded.log.zone),
        seed=options.seed,
        criteria=load_criteria(files.get("criteria")),
        costs=load_costs(files["costs"]) if "costs" in files else None,
        calendar=load_calendar(files["calendar"]) if "calendar" in files else None,
        model=read_bpmn(files["model"].content, name=files["model"].name).design
        if "model" in files
        else None,
        parameters=_parameters(options, name),
    )
    return Workspace(loaded.log, loaded.facts, request, progress=progress)


def _as_of(text: str | None, zone: str) -> int | None:
    if text is None:
        return None
    moment = moment_us(text, zone)
    if moment is None:
        raise UsageError("option.as_of", found=text)
    return moment


def _parameters(options: argparse.Namespace, process: str) -> dict[str, Any]:
    """The options that decide the numbers, as given; files by content, never by path."""
    files = settings_files(options)
    parameters: dict[str, Any] = {"process": process, "seed": options.seed}
    for name in (parameter.name for parameter in LOG_PARAMETERS):
        file = files.get(name)
        parameters[name] = getattr(options, name) if file is None else f"sha256:{file.sha256}"
    return parameters
