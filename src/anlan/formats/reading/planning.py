"""Decide from a log's first block what each column is for and how its times are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

import pyarrow as pa
import pyarrow.compute as pc

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.blocks import RawBlock
from anlan.formats.reading.collect import Roles
from anlan.formats.reading.columns import (
    REQUIRED,
    SURE_ENOUGH,
    Recognition,
    RoleChoice,
    heading_strength,
    recognise_columns,
)
from anlan.formats.reading.encode import Plan
from anlan.formats.reading.openers import OpenedFile
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.read_report import ResolvedColumn
from anlan.formats.reading.texts import as_text, is_text
from anlan.formats.reading.times import (
    TimeFormat,
    ZoneChoice,
    choose_zone,
    decide_time_format,
    offset_name,
    parse_times,
)

_SAMPLE_ROWS = 1_000
_ORDER_OPEN = "time.undecidable_order"
_UNREADABLE = "time.unreadable"
_MOST_UNREADABLE_BLOCKS = 32
_MOST_SHOWN, _LONGEST_SHOWN = 6, 40


@dataclass(frozen=True)
class Planned:
    plan: Plan
    roles: Roles
    zone: ZoneChoice
    mapping: Mapping[str, ResolvedColumn]
    time_formats: Mapping[str, str]


def plan_reading(first: RawBlock, opened: OpenedFile, options: ReadOptions) -> Planned:
    """Roles from headings and a sample, time formats from the whole first block, then the zone."""
    sample = _sample(first)
    recognition = recognise_columns(
        opened.columns, sample, given=options.mapping, time_format=options.time_format
    )
    mapping = _resolved(recognition, sample, opened, options)
    formats: dict[str, TimeFormat] = {
        role: _time_format(mapping[role].column, first, opened, options)
        for role in ("start", "end")
        if role in mapping
    }
    zone = _zone(formats, first, options)
    roles = _roles(mapping)
    return Planned(
        plan=_plan(mapping, formats, zone, opened, options),
        roles=roles,
        zone=zone,
        mapping=mapping,
        time_formats={mapping[role].column: form.kind for role, form in formats.items()},
    )


def _sample(block: RawBlock) -> dict[str, list[str]]:
    """The first rows as texts; nulls as empty."""
    return {
        name: as_text(column.slice(0, _SAMPLE_ROWS)).fill_null("").to_pylist()
        for name, column in block.columns.items()
    }


def _resolved(
    recognition: Recognition, sample: Mapping[str, list[str]], opened: OpenedFile, options: ReadOptions
) -> dict[str, ResolvedColumn]:
    """Role -> column for all roles sure enough; a required one that is not refuses the file."""
    taken = {
        role: ResolvedColumn(choice.column, choice.confidence, choice.reason)
        for role, choice in recognition.choices.items()
        if choice.column is not None and choice.confidence >= options.min_confidence
    }
    doubtful = [recognition.choices[role] for role in REQUIRED if role not in taken]
    if doubtful:
        raise _unclear(doubtful, recognition, sample, opened, options)
    return taken


def _unclear(
    doubtful: list[RoleChoice],
    recognition: Recognition,
    sample: Mapping[str, list[str]],
    opened: OpenedFile,
    options: ReadOptions,
) -> RefusedInput:
    """Why the file cannot be read as it is: columns in doubt, or times that nothing here can read."""
    flag = "--map " + ",".join(f"{choice.role}=COLUMN" for choice in doubtful)
    known = {"name": opened.name, "columns": list(opened.columns), "flag": flag}
    found = _values_shown(recognition, sample)
    if found and any(choice.role == "end" for choice in doubtful) and not recognition.times:
        code = "reading.time_format_fits_none" if options.time_format else "reading.no_times"
        return RefusedInput(code, **known, found=found, format=options.time_format)
    return RefusedInput(
        "reading.columns_unclear",
        **known,
        roles=[choice.role for choice in doubtful],
        guesses=[f"{c.role}={c.column} ({c.confidence:.2f})" for c in doubtful if c.column],
        limit=options.min_confidence,
    )


def _values_shown(recognition: Recognition, sample: Mapping[str, list[str]]) -> list[str]:
    """A value of each column that could be the time: of those named like one, else of the first few."""
    named = [
        heading
        for heading in recognition.headings
        if max(heading_strength(role, heading)[0] for role in ("start", "end")) >= SURE_ENOUGH
    ]
    firsts = {heading: next(filter(None, sample[heading]), "") for heading in recognition.headings}
    shown = named or [heading for heading in recognition.headings if any(map(str.isdigit, firsts[heading]))]
    return [f"{heading}: {firsts[heading][:_LONGEST_SHOWN]}" for heading in shown[:_MOST_SHOWN]]


def _time_format(column: str, first: RawBlock, opened: OpenedFile, options: ReadOptions) -> TimeFormat:
    """From the first block; where that has no time, or leaves day and month open, from later ones.

    A column of unreadable values is given up sooner than one whose order of day and month is open,
    since that may be settled by a single value anywhere in the file.
    """
    refusal: RefusedInput | None = None
    blocks = chain([lambda: first], islice(opened.blocks(), 1, None))
    for tried, maker in enumerate(blocks):
        values = _filled(maker().columns[column], options)
        if not len(values):
            continue
        try:
            return _format_of_readable(values, column, options)
        except RefusedInput as fault:
            refusal = refusal or fault
            if fault.code != _ORDER_OPEN and tried >= _MOST_UNREADABLE_BLOCKS:
                break
    if refusal is not None:
        raise refusal
    return decide_time_format(first.columns[column].slice(0, 0), requested=options.time_format, column=column)


def _format_of_readable(values: pa.Array, column: str, options: ReadOptions) -> TimeFormat:
    """The format of the values that can be read; where those are the minority, the rows of the others
    are bad rows, and it is their share that stops the reading."""
    try:
        return decide_time_format(values, requested=options.time_format, column=column)
    except RefusedInput as fault:
        if fault.code != _UNREADABLE or options.time_format or not is_text(values):
            raise
        _, bad = parse_times(values, TimeFormat("text"), zone=None)
        if bad.all():
            raise
        return decide_time_format(values.filter(pa.array(~bad)), requested=None, column=column)


def _filled(column: pa.Array, options: ReadOptions) -> pa.Array:
    """The values that are not missing."""
    if not is_text(column):
        return column.drop_null()
    missing = pa.array(["", *options.missing_markers], column.type)
    return column.filter(pc.invert(pc.is_in(pc.utf8_trim_whitespace(column), value_set=missing)))


def _zone(formats: Mapping[str, TimeFormat], first: RawBlock, options: ReadOptions) -> ZoneChoice:
    ordered = [formats[role] for role in ("end", "start") if role in formats]
    if first.offset_minutes is not None and not options.tz and not options.calendar_zone:
        return ZoneChoice(offset_name(first.offset_minutes), "log")
    return choose_zone(ordered, option=options.tz, calendar=options.calendar_zone)


def _roles(mapping: Mapping[str, ResolvedColumn]) -> Roles:
    column = {role: resolved.column for role, resolved in mapping.items()}
    return Roles(
        case=column["case"],
        activity=column["activity"],
        resource=column.get("resource"),
        lifecycle=column.get("lifecycle"),
        instance=column.get("instance"),
        always_kept=frozenset(filter(None, (column.get("sla"), column.get("lifecycle")))),
    )


def _plan(
    mapping: Mapping[str, ResolvedColumn],
    formats: Mapping[str, TimeFormat],
    zone: ZoneChoice,
    opened: OpenedFile,
    options: ReadOptions,
) -> Plan:
    column = {role: resolved.column for role, resolved in mapping.items()}
    times = {column["end"], column.get("start")}
    cost = column.get("cost")
    return Plan(
        case=column["case"],
        activity=column["activity"],
        end=column["end"],
        end_format=formats["end"],
        start=column.get("start"),
        start_format=formats.get("start"),
        cost=cost,
        zone=zone.zone,
        missing_markers=options.missing_markers,
        texts=tuple(name for name in opened.columns if name not in times and name != cost),
        hash_only=frozenset(filter(None, (cost,))),
    )
