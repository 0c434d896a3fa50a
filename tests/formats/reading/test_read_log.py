"""Reading a whole log, against a plain Python reader and by law."""

import csv
import gzip
import hashlib
import io
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput, TooManyBadRows, UsageError
from anlan.domain.event_log import NO_TIME, EventLog
from anlan.formats.log_store import LogStore, Part
from anlan.formats.messages import messages
from anlan.formats.reading import delimited
from anlan.formats.reading.read_log import ReadOptions, read_log, write_rejected_csv
from anlan.formats.reading.rejects import REASONS
from support import shared

HEADING = ["case", "activity", "start", "time", "resource", "channel", "cost"]
ROLES = {
    "case": "case",
    "activity": "activity",
    "start": "start",
    "end": "time",
    "resource": "resource",
    "cost": "cost",
}
MARKERS = ("", "?", "NULL", "-")
ALL_ROLES = ReadOptions(mapping=ROLES)


def stored(folder, rows, *, name="log.csv", heading=HEADING, encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([heading, *rows])
    data = text.getvalue().encode(encoding)
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def events_of(log: EventLog) -> dict[str, list[tuple]]:
    """Case -> its events in order, as written in words."""

    def word(column, i):
        return None if column.codes[i] < 0 else column.values[column.codes[i]]

    found = {}
    for number, case in enumerate(log.case_names.to_pylist()):
        found[case] = [
            (
                log.activity_names[log.activity[i]],
                None if log.start_us[i] == NO_TIME else int(log.start_us[i]),
                int(log.end_us[i]),
                None if log.resource[i] < 0 else log.resource_names[log.resource[i]],
                int(log.row[i]),
                word(log.attributes["channel"], i) if "channel" in log.attributes else None,
                None if log.cost is None else int(log.cost[i]),
            )
            for i in range(int(log.case_offsets[number]), int(log.case_offsets[number + 1]))
        ]
        assert (log.case[log.case_offsets[number] : log.case_offsets[number + 1]] == number).all()
    return found


def moment_us(text: str) -> int | None:
    try:
        moment = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp()) * 1_000_000


def plain_reader(rows):
    """(case -> events, reason -> row numbers) by the rules of the domain, one row at a time."""
    seen, bad, cases = set(), defaultdict(list), defaultdict(list)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(HEADING):
            bad["columns"].append(number)
            continue
        case, activity, start, end, resource, channel, cost = (
            None if field.strip() in MARKERS else field.strip() for field in row
        )
        end_us = moment_us(end or "")
        start_us = None if start is None else moment_us(start)
        if case is None:
            bad["case"].append(number)
        elif activity is None:
            bad["activity"].append(number)
        elif end_us is None or (start is not None and start_us is None):
            bad["time"].append(number)
        elif start_us is not None and end_us < start_us:
            bad["end"].append(number)
        elif (key := (case, activity, start_us, end_us, resource, channel, cost)) in seen:
            bad["duplicate"].append(number)
        else:
            seen.add(key)
            amount = 0 if cost is None else round(float(cost) * 1_000_000)
            cases[case].append((activity, start_us, end_us, resource, number, channel, amount))
    return {case: sorted(events, key=lambda e: (e[2], e[4])) for case, events in cases.items()}, bad


def times(low, high):
    return st.integers(low, high).map(lambda k: f"2024-01-{1 + k // 24:02d} {k % 24:02d}:00:00")


row = st.tuples(
    st.sampled_from(["1", "2", "3", "工单-9", " 2 ", "", "?"]),
    st.sampled_from(["register", "派单", "close", "close", "", "-"]),
    st.one_of(times(0, 30), st.sampled_from(["", "?", "never"])),
    st.one_of(times(20, 60), times(20, 60), times(20, 60), st.sampled_from(["", "soon"])),
    st.sampled_from(["ann", "bob", "NULL"]),
    st.sampled_from(["phone", "app", ""]),
    st.sampled_from(["1.5", "", "20"]),
).map(list)
broken = st.sampled_from([["1", "close"], ["1", "a", "", "2024-01-01 00:00:00", "", "", "", "more"]])


@settings(deadline=None, max_examples=80)
@given(rows=st.lists(st.one_of(row, row, row, row, row, broken), max_size=40), size=st.integers(30, 2_000))
def test_agrees_with_a_plain_reader_on_any_rows(tmp_path_factory, rows, size):
    good = ["4", "close", "2024-01-04 00:00:00", "2024-01-05 00:00:00", "ann", "phone", "1"]
    rows = [*rows, good]
    path = stored(tmp_path_factory.mktemp("read"), rows)
    expected, bad = plain_reader(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited.iter_slices, "__kwdefaults__", {"size": size})
        answer = read_log(path, options=ReadOptions(mapping=ROLES, max_bad_share=1.0))
    assert events_of(answer.log) == expected
    rejected = answer.report.rejected_rows
    found = defaultdict(list)
    for number, reason in zip(rejected.rows.tolist(), rejected.reasons.tolist(), strict=True):
        found[REASONS[reason]].append(number)
    assert found == bad
    assert set(answer.log.activity_names) == {e[0] for events in expected.values() for e in events}


def random_rows(n_cases: int, seed: int = 1) -> list[list[str]]:
    luck = random.Random(seed)
    rows = []
    for case in range(n_cases):
        for step in range(luck.randint(1, 6)):
            day, hour = luck.randint(1, 28), luck.randint(0, 22)
            rows.append(
                [f"C{case}", f"step {luck.randint(0, 4)}", "", f"2024-03-{day:02d} {hour:02d}:{step:02d}:00",
                 f"p{luck.randint(0, 9)}", luck.choice(["app", "phone"]), ""]
            )  # fmt: skip
    luck.shuffle(rows)
    return rows


def test_cases_lie_in_buckets_by_their_hash_and_events_in_order(tmp_path):
    log = read_log(stored(tmp_path, random_rows(300)), options=ALL_ROLES).log
    hashes = [xxhash.xxh64(name.encode(), seed=42).intdigest() for name in log.case_names.to_pylist()]
    assert log.case_hash.tolist() == hashes
    buckets = [value % 64 for value in hashes]
    assert buckets == sorted(buckets)
    assert log.bucket_offsets.tolist() == [sum(b < k for b in buckets) for k in range(65)]
    keys = list(zip(log.case.tolist(), log.end_us.tolist(), log.row.tolist(), strict=True))
    assert keys == sorted(keys)


def test_cases_of_a_bucket_keep_their_order_of_first_appearance(tmp_path):
    rows = random_rows(300)
    log = read_log(stored(tmp_path, rows), options=ALL_ROLES).log
    first = {}
    for number, fields in enumerate(rows):
        first.setdefault(fields[0], number)
    for part in log.buckets():
        order = [first[name] for name in part.case_names.to_pylist()]
        assert order == sorted(order)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_same_log_in_another_encoding_is_the_same_log(tmp_path, encoding):
    rows = [["案例" + fields[0], "处理" + fields[1], *fields[2:]] for fields in random_rows(40)]
    plain = read_log(stored(tmp_path, rows), options=ALL_ROLES)
    other = read_log(stored(tmp_path, rows, name="o.csv.gz", encoding=encoding), options=ALL_ROLES)
    assert events_of(plain.log) == events_of(other.log)
    assert (plain.log.row_hash == other.log.row_hash).all()
    assert other.report.format == "csv.gz"
    assert other.report.encoding == {"utf-8-sig": "utf-8-bom"}.get(encoding, encoding)


def test_gb18030_after_a_long_ascii_beginning_is_still_read(tmp_path):
    rows = [[f"C{k}", "open", "", "2024-01-01 00:00:00", "ann", "app", ""] for k in range(9_000)]
    rows.append(["C1", "关闭", "", "2024-01-02 00:00:00", "ann", "app", ""])
    answer = read_log(stored(tmp_path, rows, encoding="gb18030"), options=ALL_ROLES)
    assert answer.log.activity_names == ("open", "关闭")
    assert answer.report.encoding == "gb18030"


def test_bytes_that_are_no_utf8_late_in_a_utf8_file_are_refused(tmp_path):
    path = stored(tmp_path, [["工单", "派单", "", "2024-01-01 00:00:00", "ann", "app", ""]] * 20_000)
    path.write_bytes(path.read_bytes() + b"1,\xff\xfe,,2024-01-01 00:00:00,a,b,\n")
    with pytest.raises(RefusedInput) as refusal:
        read_log(path, options=ALL_ROLES)
    assert refusal.value.code == "reading.encoding_broken"


def test_names_that_differ_only_in_form_are_one(tmp_path):
    rows = [
        ["Zoë", "caf\u00e9", "", "2024-01-01 00:00:00", "", "", ""],
        ["Zoe\u0308", " cafe\u0301 ", "", "2024-01-02 00:00:00", "", "", ""],
    ]
    log = read_log(stored(tmp_path, rows), options=ALL_ROLES).log
    assert (log.n_cases, log.activity_names) == (1, ("caf\u00e9",))


def test_headings_alone_are_an_empty_log(tmp_path):
    answer = read_log(stored(tmp_path, []))
    assert (answer.log.n_events, answer.log.n_cases) == (0, 0)
    assert answer.log.bucket_offsets.tolist() == [0] * 65
    assert not any(answer.report.rejected.values())


def test_columns_are_recognised_and_the_choice_is_reported(tmp_path):
    rows = random_rows(60)
    answer = read_log(
        stored(tmp_path, rows, heading=["工单编号", "环节", "开始时间", "完成时间", "处理人", "渠道", "费用"])
    )
    columns = {role: choice.column for role, choice in answer.report.mapping.items()}
    assert columns["case"] == "工单编号"
    assert columns["activity"] == "环节"
    assert columns["end"] == "完成时间"
    assert columns["resource"] == "处理人"
    assert set(answer.log.attributes) == {"渠道"}
    assert all(0 < choice.confidence <= 1 for choice in answer.report.mapping.values())


def test_unclear_columns_refuse_the_file_with_the_columns_it_has(tmp_path):
    path = stored(tmp_path, [["x", "y", "z"]] * 5, heading=["alpha", "beta", "gamma"])
    with pytest.raises(RefusedInput) as refusal:
        read_log(path)
    assert refusal.value.code == "reading.columns_unclear"
    assert refusal.value.parameters["columns"] == ["alpha", "beta", "gamma"]
    assert "--map" in refusal.value.parameters["flag"]


SHORT_MONTHS = [[f"C{k % 20}", "abc"[k % 3], f"{1 + k % 28:02d}-Mar-24 09:{k % 60:02d}"] for k in range(60)]


@pytest.mark.parametrize("heading", ["time", "moment"])
def test_a_time_format_finds_the_column_that_is_written_so(tmp_path, heading):
    path = stored(tmp_path, SHORT_MONTHS, heading=["case", "activity", heading])
    answer = read_log(path, options=ReadOptions(time_format="%d-%b-%y %H:%M"))
    assert answer.report.mapping["end"].column == heading
    assert answer.log.n_events == 60


@pytest.mark.parametrize("heading", ["time", "moment"])
def test_times_in_no_readable_form_are_shown_and_the_option_named(tmp_path, heading):
    path = stored(tmp_path, SHORT_MONTHS, heading=["case", "activity", heading])
    with pytest.raises(RefusedInput) as refusal:
        read_log(path)
    assert refusal.value.code == "reading.no_times"
    assert f"{heading}: 01-Mar-24 09:00" in refusal.value.parameters["found"]
    assert "--time-format" in messages("en").text(f"errors.{refusal.value.code}", **refusal.value.parameters)


def test_a_time_format_that_fits_no_column_is_named_with_what_was_found(tmp_path):
    path = stored(tmp_path, SHORT_MONTHS, heading=["case", "activity", "time"])
    with pytest.raises(RefusedInput) as refusal:
        read_log(path, options=ReadOptions(time_format="%d/%m/%Y %H:%M"))
    assert refusal.value.code == "reading.time_format_fits_none"
    assert refusal.value.parameters["format"] == "%d/%m/%Y %H:%M"
    assert refusal.value.parameters["found"] == ["time: 01-Mar-24 09:00"]


def test_a_mapping_to_a_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RefusedInput):
        read_log(stored(tmp_path, random_rows(3)), options=ReadOptions(mapping={"case": "nowhere"}))


def bad_log(tmp_path, *, good: int, bad: int):
    rows = [[f"C{k}", "open", "", "2024-01-01 00:00:00", "ann", "app", ""] for k in range(good)]
    return stored(
        tmp_path, rows + [["", "open", "", "2024-01-01 00:00:00", "ann", "app", f"{k}"] for k in range(bad)]
    )


def test_reading_stops_above_the_allowed_share_of_bad_rows(tmp_path):
    assert read_log(bad_log(tmp_path, good=10, bad=10), options=ALL_ROLES).report.rejected["case"] == 10
    with pytest.raises(TooManyBadRows) as stop:
        read_log(bad_log(tmp_path, good=10, bad=11), options=ALL_ROLES)
    assert stop.value.exit_code == 4
    assert (stop.value.parameters["bad"], stop.value.parameters["rows"]) == (11, 21)


def test_one_bad_row_stops_a_caller_who_asked_for_it_with_all_counts(tmp_path):
    path = bad_log(tmp_path, good=10, bad=2)
    with path.open("a") as stream:
        stream.write("short,row\n")
    with pytest.raises(TooManyBadRows) as stop:
        read_log(path, options=ReadOptions(mapping=ROLES, on_bad_rows="stop"))
    assert stop.value.parameters["counts"] == "case 2, columns 1"
    assert stop.value.parameters["first_rows"] == [12, 13, 14]


def test_options_that_contradict_are_refused():
    with pytest.raises(UsageError):
        ReadOptions(on_bad_rows="ignore")
    with pytest.raises(UsageError):
        ReadOptions(max_bad_share=1.5)


def test_rejected_rows_are_written_with_number_reason_and_text(tmp_path):
    rows = [
        ["1", "a", "", "2024-01-01 00:00:00", "ann", "app", ""],
        ["1", "a", "", "2024-01-01 00:00:00", "ann", "app", ""],
        ["1", "b", "2024-01-03 00:00:00", "2024-01-02 00:00:00", "ann", "app", ""],
        ["1", "b", "later", "2024-01-02 00:00:00", "ann", "app", ""],
        ["1", "b", "", "2024-02-30 00:00:00", "ann", "app", ""],
    ]
    answer = read_log(stored(tmp_path, rows), options=ReadOptions(mapping=ROLES, max_bad_share=1.0))
    write_rejected_csv(answer.report, tmp_path / "rejected.csv")
    written = list(csv.reader((tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="")))[1:]
    assert [line[:3] for line in written] == [
        ["3", "duplicate", "2"],
        ["4", "end", "2024-01-03 00:00:00 > 2024-01-02 00:00:00"],
        ["5", "time", "later"],
        ["6", "time", "2024-02-30 00:00:00"],
    ]
    assert [line[3] for line in written] == [",".join(rows[k]) for k in (1, 2, 3, 4)]


def test_repeated_rows_keep_their_text_in_every_format_and_block(tmp_path):
    rows = [["1", "a, b", "", f"2024-01-01 00:00:{k % 60:02}", "安", "app", ""] for k in range(40_000)]
    options = replace(ALL_ROLES, max_bad_share=1.0)
    answer = read_log(stored(tmp_path, rows), options=options)
    texts, numbers = answer.report.rejected_rows.texts.to_pylist(), answer.report.rejected_rows.rows
    assert len(texts) == 40_000 - 60
    for k in (0, 1, len(texts) // 2, len(texts) - 1):
        assert next(csv.reader([texts[k]])) == rows[numbers[k] - 2]


def test_many_equal_times_do_not_make_repeats_slow_or_wrong(tmp_path):
    rows = [["1", f"a{k % 7}", "", "2024-01-01 00:00:00", f"p{k % 5000}", "", ""] for k in range(20_000)]
    answer = read_log(stored(tmp_path, rows), options=ALL_ROLES)
    assert answer.log.n_events == len({tuple(fields) for fields in rows})
    assert answer.report.rejected["duplicate"] == 0 or answer.log.n_events < 20_000


LIFECYCLE = ["case", "activity", "time", "lifecycle:transition", "resource"]


def test_start_and_complete_rows_become_one_event(tmp_path):
    rows = [
        ["1", "a", "2024-01-01 08:00:00", "start", "ann"],
        ["1", "a", "2024-01-01 07:00:00", "schedule", "ann"],
        ["1", "a", "2024-01-01 09:00:00", "complete", "ann"],
        ["1", "b", "2024-01-01 10:00:00", "START", "bob"],
        ["2", "c", "2024-01-01 10:00:00", "start", "bob"],
    ]
    answer = read_log(stored(tmp_path, rows, heading=LIFECYCLE))
    log = answer.log
    assert (log.n_events, log.n_cases, log.activity_names, log.has_start) == (1, 2, ("a",), True)
    assert log.end_us[0] - log.start_us[0] == 3_600_000_000
    assert answer.report.counters["starts_without_end"] == 2
    assert answer.report.counters["other_lifecycle_rows"] == 1
    assert answer.report.lifecycle_used
    assert "lifecycle:transition" not in log.attributes


def test_transitions_that_are_not_standard_are_an_ordinary_attribute(tmp_path):
    rows = [
        ["1", "a", "2024-01-01 08:00:00", "open", "ann"],
        ["1", "a", "2024-01-02 08:00:00", "done", "ann"],
    ]
    answer = read_log(stored(tmp_path, rows, heading=LIFECYCLE))
    assert answer.log.n_events == 2
    assert answer.log.attributes["lifecycle:transition"].values == ("open", "done")
    assert not answer.log.has_start


def test_one_time_never_becomes_a_service_time(tmp_path):
    heading = ["case", "activity", "time"]
    log = read_log(stored(tmp_path, [["1", "a", "2024-01-01 08:00:00"]], heading=heading)).log
    assert not log.has_start
    assert (log.start_us == NO_TIME).all()


def test_an_attribute_of_too_many_values_is_dropped_with_a_note(tmp_path):
    rows = [
        ["1", "a", "", f"2024-01-01 {k // 60:02d}:{k % 60:02d}:00", "", f"ref {k}", ""] for k in range(1_200)
    ]
    answer = read_log(stored(tmp_path, rows), options=ALL_ROLES)
    assert "channel" not in answer.log.attributes
    assert answer.report.dropped_columns == {"channel": 1_200}
    assert ("column_not_kept", {"column": "channel", "distinct": 1_200}) in answer.report.notes


def test_rows_that_differ_only_in_a_dropped_column_are_no_duplicates(tmp_path):
    rows = [["1", "a", "", "2024-01-01 00:00:00", "", f"ref {k}", ""] for k in range(1_200)]
    assert read_log(stored(tmp_path, rows), options=ALL_ROLES).log.n_events == 1_200


def test_the_target_column_is_kept_whatever_its_values(tmp_path):
    rows = [
        ["1", "a", "", f"2024-01-01 {k // 60:02d}:{k % 60:02d}:00", "", f"ref {k}", ""] for k in range(1_200)
    ]
    options = ReadOptions(mapping={**ROLES, "sla": "channel"})
    assert len(read_log(stored(tmp_path, rows), options=options).log.attributes["channel"].values) == 1_200


def test_columns_of_the_case_become_case_attributes(tmp_path):
    heading = ["case:concept:name", "concept:name", "time:timestamp", "case:amount"]
    rows = [
        ["1", "a", "2024-01-01 00:00:00", "?"],
        ["2", "a", "2024-01-01 00:00:00", "900"],
        ["1", "b", "2024-01-02 00:00:00", "700"],
    ]
    log = read_log(stored(tmp_path, rows, heading=heading)).log
    column = log.case_attributes["amount"]
    values = {
        name: column.values[code] for name, code in zip(log.case_names.to_pylist(), column.codes, strict=True)
    }
    assert values == {"1": "700", "2": "900"}
    assert "case:amount" not in log.attributes


def test_the_order_of_columns_does_not_change_the_hash_of_a_row(tmp_path):
    rows = random_rows(20)
    straight = read_log(stored(tmp_path, rows), options=ALL_ROLES).log
    turned = stored(tmp_path, [fields[::-1] for fields in rows], name="turned.csv", heading=HEADING[::-1])
    assert (read_log(turned, options=ALL_ROLES).log.row_hash == straight.row_hash).all()


def test_zones_come_from_the_option_then_the_calendar_then_the_log(tmp_path):
    path = stored(tmp_path, [["1", "a", "2024-07-01 08:00:00"]], heading=["case", "activity", "time"])
    utc = moment_us("2024-07-01 08:00:00")

    def read(**options):
        log = read_log(path, options=ReadOptions(**options)).log
        return (int(log.end_us[0]) - utc) // 3_600_000_000, log.zone, log.zone_source

    assert read(tz="Asia/Shanghai", calendar_zone="Europe/Berlin") == (-8, "Asia/Shanghai", "option")
    assert read(calendar_zone="Europe/Berlin") == (-2, "Europe/Berlin", "calendar")
    assert read() == (0, "UTC", "as_written")
    path = stored(tmp_path, [["1", "a", "2024-07-01T08:00:00+08:00"]], heading=["case", "activity", "time"])
    assert read() == (-8, "+08:00", "log")


def test_a_day_first_column_is_decided_by_later_rows_where_the_first_leave_it_open(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited.iter_slices, "__kwdefaults__", {"size": 4_000})
    rows = [[f"{k}", "a", f"0{1 + k % 9}/0{1 + k // 9 % 9}/2024 08:00"] for k in range(400)]
    rows.append(["x", "a", "25/12/2024 08:00"])
    log = read_log(stored(tmp_path, rows, heading=["case", "activity", "time"])).log
    assert log.n_events == 401
    assert log.end_us.max() == moment_us("2024-12-25 08:00:00")


def test_a_column_that_never_tells_day_from_month_is_refused(tmp_path):
    rows = [[f"{k}", "a", f"0{1 + k % 9}/0{1 + k // 9 % 9}/2024 08:00"] for k in range(40)]
    with pytest.raises(RefusedInput) as refusal:
        read_log(stored(tmp_path, rows, heading=["case", "activity", "time"]))
    assert refusal.value.code == "time.undecidable_order"


def test_the_incident_log_has_its_published_totals():
    path = shared("data/uci_incident/incident_event_log.csv.gz")
    mapping = {
        "case": "number",
        "activity": "ident_state",
        "end": "sys_updated_at",
        "resource": "assigned_to",
    }
    answer = read_log(path, options=ReadOptions(mapping=mapping))
    log = answer.log
    assert (log.n_events, log.n_cases) == (141_712, 24_918)
    counts = dict(zip(log.activity_names, np.bincount(log.activity).tolist(), strict=True))
    assert counts["Active"] == 38_716
    assert counts["Awaiting Problem"] == 461
    assert counts["-100"] == 5
    assert not any(answer.report.rejected.values())
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        heading = next(reader)
        place = heading.index("sys_updated_at")
        expected = sorted(
            round(datetime.strptime(fields[place], "%d/%m/%Y %H:%M").replace(tzinfo=UTC).timestamp())
            * 1_000_000
            for fields in reader
        )
    assert sorted(log.end_us.tolist()) == expected


def test_an_activity_that_starts_and_ends_at_once_is_an_event(tmp_path):
    rows = [["1", "a", "2024-01-01 08:00:00", "2024-01-01 08:00:00", "ann", "app", ""]]
    log = read_log(stored(tmp_path, rows), options=ALL_ROLES).log
    assert log.start_us.tolist() == log.end_us.tolist()


def test_a_digest_the_caller_knows_is_not_worked_out_again(tmp_path):
    path = stored(tmp_path, random_rows(3))
    assert read_log(path, options=ALL_ROLES, sha256="known").report.sha256 == "known"
    assert read_log(path, options=ALL_ROLES).report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_starts_that_a_log_does_not_have_take_no_memory(tmp_path):
    rows = [[f"{k}", "a", f"2024-01-{1 + k % 28:02} 08:00"] for k in range(40)]
    read = read_log(stored(tmp_path, rows, heading=["case", "activity", "time"]))
    kept = LogStore(tmp_path / "logs").add(read.log, parts=(Part("log.csv", "ab" * 32, rows=40),), report={})
    for log in (read.log, kept.load()):
        assert not log.has_start
        assert log.start_us.tolist() == [NO_TIME] * 40
        assert log.start_us.strides == (0,)
