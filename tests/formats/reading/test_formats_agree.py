"""One log in every format is one log."""

import gzip
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import quoteattr

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest

from anlan.domain.event_log import NO_TIME
from anlan.formats.reading.read_log import ReadOptions, read_log
from support import shared

FIRST = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
NAMES = ("case:concept:name", "concept:name", "time:timestamp", "org:resource", "case:region")


def some_events() -> list[tuple[str, str, datetime, str, str]]:
    """(case, activity, time, resource, region of the case), each case together, in order of time."""
    return [
        (f"工单-{case}", ("登记", "派单", "close")[step % 3], FIRST + timedelta(hours=7 * case + step),
         f"p{(case + step) % 4}", ("north", "south")[case % 2])
        for case in range(30)
        for step in range(1 + case % 5)
    ]  # fmt: skip


def write(path, events):
    columns = dict(zip(NAMES, (list(column) for column in zip(*events, strict=True)), strict=True))
    columns["time:timestamp"] = [moment.replace(tzinfo=None) for moment in columns["time:timestamp"]]
    table = pa.table(columns)
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path)
    elif path.suffix == ".feather":
        pa.feather.write_feather(table, path)
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in [NAMES, *zip(*columns.values(), strict=True)]:
            book.active.append(row)
        book.save(path)
    elif ".xes" in path.suffixes:
        text = xes_of(events).encode()
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    else:
        pa.csv.write_csv(table, path)


def xes_of(events) -> str:
    traces: dict[str, list[str]] = {}
    regions = {}
    for case, activity, moment, resource, region in events:
        regions[case] = region
        traces.setdefault(case, []).append(
            f'<event><string key="concept:name" value={quoteattr(activity)}/>'
            f'<string key="org:resource" value={quoteattr(resource)}/>'
            f'<date key="time:timestamp" value="{moment.isoformat()}"/></event>'
        )
    body = "".join(
        f'<trace><string key="concept:name" value={quoteattr(case)}/>'
        f'<string key="region" value="{regions[case]}"/>' + "".join(lines) + "</trace>"
        for case, lines in traces.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><log xes.version="1.0">{body}</log>'


def words(log):
    """The log without codes and row numbers."""
    region = log.case_attributes["region"]
    cases = log.case_names.to_pylist()
    return [
        (
            cases[case],
            log.activity_names[log.activity[i]],
            int(log.end_us[i]),
            int(log.start_us[i]) == NO_TIME,
            log.resource_names[log.resource[i]],
            region.values[region.codes[case]],
        )
        for i, case in enumerate(log.case.tolist())
    ]


@pytest.mark.parametrize("name", ["log.parquet", "log.feather", "log.xlsx", "log.xes", "log.xes.gz"])
def test_the_same_events_give_the_same_log_in_every_format(tmp_path, name):
    events = some_events()
    write(tmp_path / "log.csv", events)
    write(tmp_path / name, events)
    plain, other = read_log(tmp_path / "log.csv"), read_log(tmp_path / name)
    assert words(other.log) == words(plain.log)
    assert (other.log.bucket_offsets == plain.log.bucket_offsets).all()
    assert {role: taken.column for role, taken in other.report.mapping.items()} == {
        role: taken.column for role, taken in plain.report.mapping.items()
    }
    assert (other.log.row_hash == plain.log.row_hash).all()


def test_repeated_events_are_set_aside_in_tables_and_kept_in_xes(tmp_path):
    events = some_events()
    write(tmp_path / "log.csv", [*events, events[3], events[3]])
    write(tmp_path / "log.xes", [*events, events[3], events[3]])
    table, xes = read_log(tmp_path / "log.csv"), read_log(tmp_path / "log.xes")
    assert (table.log.n_events, table.report.rejected["duplicate"]) == (len(events), 2)
    assert (xes.log.n_events, xes.report.rejected["duplicate"]) == (len(events) + 2, 0)
    assert xes.report.counters["repeated_xes_events"] == 2


def test_a_trace_without_events_is_a_case(tmp_path):
    text = xes_of(some_events()).replace(
        "</log>",
        '<trace><string key="concept:name" value="empty"/><string key="region" value="west"/></trace></log>',
    )
    (tmp_path / "log.xes").write_text(text)
    log = read_log(tmp_path / "log.xes").log
    place = log.case_names.to_pylist().index("empty")
    assert log.case_offsets[place] == log.case_offsets[place + 1]
    region = log.case_attributes["region"]
    assert region.values[region.codes[place]] == "west"


def test_traces_of_one_name_are_one_case(tmp_path):
    events = some_events()
    text = xes_of(events).replace("</log>", xes_of(events[-2:]).partition('1.0">')[2])
    (tmp_path / "log.xes").write_text(text)
    assert read_log(tmp_path / "log.xes").log.n_cases == 30


@pytest.mark.parametrize("body", ["", '<trace><string key="concept:name" value="a"/></trace>'])
def test_an_xes_log_without_events_is_an_empty_log(tmp_path, body):
    path = tmp_path / "log.xes"
    path.write_text(f'<log xes.version="1.0">{body}</log>')
    log = read_log(path).log
    assert (log.n_events, log.n_cases) == (0, 1 if body else 0)


def test_whole_numbers_of_typed_columns_are_read_as_people_write_them(tmp_path):
    table = pa.table(
        {"case": [7.0, 20240301000123.0, None], "activity": ["a", "b", "c"], "time": [FIRST] * 3}
    )
    pa.parquet.write_table(table, tmp_path / "log.parquet")
    answer = read_log(tmp_path / "log.parquet", options=ReadOptions(mapping={"case": "case"}))
    assert sorted(answer.log.case_names.to_pylist()) == ["20240301000123", "7"]
    assert answer.report.rejected["case"] == 1


def test_the_loan_log_has_its_published_life_cycle_counts():
    answer = read_log(shared("data/bpic2012/BPI_Challenge_2012.xes.gz"))
    log = answer.log
    assert (log.n_events, log.n_cases) == (164_506, 13_087)
    assert answer.report.counters["other_lifecycle_rows"] == 26_318
    starts = int((log.start_us != NO_TIME).sum())
    assert starts + answer.report.counters["starts_without_end"] == 71_376
    assert (log.start_us[log.start_us != NO_TIME] <= log.end_us[log.start_us != NO_TIME]).all()


def test_the_help_desk_log_has_its_published_totals():
    log = read_log(shared("data/helpdesk/helpdesk.xes.gz")).log
    assert (log.n_events, log.n_cases, len(log.activity_names), len(log.resource_names)) == (
        21_348,
        4_580,
        14,
        22,
    )
