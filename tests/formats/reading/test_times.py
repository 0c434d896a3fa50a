"""Times of every accepted form become the right instant; what is no time is called bad."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.reading.times import (
    TimeFormat,
    ZoneChoice,
    choose_zone,
    decide_time_format,
    parse_times,
)
from anlan.formats.reading.times_forms_kernels import BAD, any_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TEXT = TimeFormat("text")


def _us(moment: datetime) -> int:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


def _one(text: str, form: TimeFormat = TEXT, *, zone: str | None = None) -> int | None:
    moments, bad = parse_times(pa.array([text]), form, zone=zone)
    return None if bad[0] else int(moments[0])


def _moment(*parts: int, minutes: int = 0) -> int:
    return _us(datetime(*parts, tzinfo=UTC)) - minutes * 60_000_000  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2012-10-09T14:50:17", _moment(2012, 10, 9, 14, 50, 17)),
        ("2012-10-09 14:50:17.123", _moment(2012, 10, 9, 14, 50, 17, 123_000)),
        ("2012-10-09T14:50:17.123456789Z", _moment(2012, 10, 9, 14, 50, 17, 123_456)),
        ("2012-10-09T14:50:17Z", _moment(2012, 10, 9, 14, 50, 17)),
        ("2012-10-09T14:50:17.5+02:00", _moment(2012, 10, 9, 14, 50, 17, 500_000, minutes=120)),
        ("2012-10-09T14:50:17+0800", _moment(2012, 10, 9, 14, 50, 17, minutes=480)),
        ("2012-10-09 14:50:17 -03", _moment(2012, 10, 9, 14, 50, 17, minutes=-180)),
        ("2012-10-09 14:50:17 UTC", _moment(2012, 10, 9, 14, 50, 17)),
        ("2012-10-09T14:50", _moment(2012, 10, 9, 14, 50)),
        ("2012-1-9 4:05", _moment(2012, 1, 9, 4, 5)),
        ("2012/1/9 4:05:06", _moment(2012, 1, 9, 4, 5, 6)),
        ("2012.1.9", _moment(2012, 1, 9)),
        ("  2012-01-09  ", _moment(2012, 1, 9)),
        ("2012-01-09 24:00:00", _moment(2012, 1, 10)),
        ("2012-01-09 12:30 AM", _moment(2012, 1, 9, 0, 30)),
        ("2012-01-09 3:04:05 pm", _moment(2012, 1, 9, 15, 4, 5)),
        ("2024年1月2日", _moment(2024, 1, 2)),
        ("2024年1月2日 14:05", _moment(2024, 1, 2, 14, 5)),
        ("2024年1月2日14时5分6秒", _moment(2024, 1, 2, 14, 5, 6)),
        ("2024年1月2日14时", _moment(2024, 1, 2, 14)),
        ("2024年1月2日14时30分", _moment(2024, 1, 2, 14, 30)),
        ("2024年1月2日 下午2:30", _moment(2024, 1, 2, 14, 30)),
        ("2024年1月2日上午12时", _moment(2024, 1, 2)),
        ("２０２４／０１／０２　１４：０５：０６", _moment(2024, 1, 2, 14, 5, 6)),
        ("２０２４年１月２日", _moment(2024, 1, 2)),
        ("20240102030405", _moment(2024, 1, 2, 3, 4, 5)),
        ("20240102030405.25", _moment(2024, 1, 2, 3, 4, 5, 250_000)),
        ("20240102030405006", _moment(2024, 1, 2, 3, 4, 5, 6_000)),
        ("202401020304", _moment(2024, 1, 2, 3, 4)),
        ("20240102", _moment(2024, 1, 2)),
        ("20240102T030405Z", _moment(2024, 1, 2, 3, 4, 5)),
        ("20240102 030405", _moment(2024, 1, 2, 3, 4, 5)),
        ("29.2.2016 01:16", _moment(2016, 2, 29, 1, 16)),
        ("2024-01-02 3:04:05\u202fPM", _moment(2024, 1, 2, 15, 4, 5)),
        ("1900-01-01", _moment(1900, 1, 1)),
        ("2199-12-31 23:59:59", _moment(2199, 12, 31, 23, 59, 59)),
    ],
)
def test_every_accepted_form_becomes_its_instant(text: str, moment: int) -> None:
    assert _one(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "1899-12-31",
        "2200-01-01", "2024-01-02 25:00", "2024-01-02 23:60", "2024-01-02 23:59:60", "2024-01-02T",
        "2024-01-02x",
        "2024-01-02 3", "2024-01", "2024", "2024-01-02 10:00 +25:00", "2024-01-02 10:00 13PM", "2024-01/02",
        "2024-01-02 13:00:00:00", "14:50", "1/2/24", "2024-01-02 10:00:", "2024年1月", "20241301000000",
        "99999999999999999999999", "２" * 80, "2024-01-02T10:00:00.+01:00",
        "2024-01-02 10:00:00 AMX", "2024-01-02 00:10 PM", "\x00", "2024-01-02T10:00:00+1:0",
    ],
)  # fmt: skip
def test_what_is_no_time_is_bad_and_becomes_zero(text: str) -> None:
    moments, bad = parse_times(pa.array([text]), TEXT, zone=None)
    assert bad[0]
    assert moments[0] == 0


@pytest.mark.parametrize("rest", ["", ".5", "Z", "+08:00", ".250-03:30"])
def test_the_quick_reader_of_iso_times_never_contradicts_the_full_one(rest: str) -> None:
    """Every byte of a good time replaced by every printable one, judged by both."""
    good = f"2024-02-28T19:48:57{rest}".encode()
    changed = [
        good[:place] + bytes([byte]) + good[place + 1 :]
        for place in range(len(good))
        for byte in range(32, 127)
    ]
    moments, bad = parse_times(pa.array([text.decode() for text in changed]), TEXT, zone=None)
    for text, moment, is_bad in zip(changed, moments.tolist(), bad.tolist(), strict=True):
        full, kind = any_time(np.frombuffer(text, np.uint8), 0, len(text), True, np.zeros(1, np.int32), 0)
        assert (moment, is_bad) == (full, kind == BAD), text


_PATTERNS = (
    "%d/%m/%Y %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y/%m/%d %H:%M:%S",
    "%Y%m%d%H%M%S", "%Y-%m-%d %I:%M:%S %p", "%d.%m.%Y %H:%M:%S.%f",
)  # fmt: skip
_ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC", "+05:30")
_MOMENTS = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2199, 12, 30))


@settings(max_examples=200, deadline=None)
@given(_MOMENTS, st.integers(-14 * 60, 14 * 60), st.booleans())
def test_iso_times_agree_with_the_standard_library(moment: datetime, minutes: int, with_offset: bool) -> None:
    text = moment.isoformat(sep="T")
    if with_offset:
        sign = "+" if minutes >= 0 else "-"
        text += f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    assert _one(text) == _us(datetime.fromisoformat(text))


@settings(max_examples=200, deadline=None)
@given(_MOMENTS, st.sampled_from(_PATTERNS))
def test_written_by_a_pattern_and_read_back_by_guess_and_by_pattern(moment: datetime, pattern: str) -> None:
    text = moment.strftime(pattern)
    expected = _us(datetime.strptime(text, pattern))
    assert _one(text) == expected
    assert _one(text, decide_time_format([text], requested=pattern)) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[0-9:/T .+\-年月日时分秒]{0,30}", fullmatch=True))
def test_no_text_breaks_the_reader_and_no_good_value_leaves_the_centuries(text: str) -> None:
    moments, bad = parse_times(pa.array([text]), TEXT, zone="Europe/Berlin")
    if not bad[0]:
        assert _moment(1899, 12, 30) < moments[0] < _moment(2200, 1, 3)


def test_day_first_or_month_first_is_decided_by_the_column() -> None:
    assert decide_time_format(["29/2/2016 01:16", "1/3/2016 02:00"], requested=None).day_first
    assert not decide_time_format(["2/29/2016 01:16", "3/1/2016 02:00"], requested=None).day_first
    by_month = decide_time_format(["2/29/2016", "3/1/2016"], requested=None)
    assert _one("3/1/2016", by_month) == _moment(2016, 3, 1)


def test_an_undecidable_order_is_refused_naming_the_values() -> None:
    with pytest.raises(RefusedInput) as refused:
        decide_time_format(["1/2/2016 01:16", "3/4/2016 02:00"], requested=None, column="time")
    assert refused.value.code == "time.undecidable_order"
    assert refused.value.parameters == {"column": "time", "found": ["1/2/2016 01:16", "3/4/2016 02:00"]}
    assert decide_time_format(["1/2/2016"], requested="month-first").day_first is False


def test_days_equal_to_months_need_no_decision() -> None:
    assert decide_time_format(["1/1/2016", "2/2/2016"], requested=None).kind == "text"


def test_a_mixed_order_is_refused() -> None:
    with pytest.raises(RefusedInput) as refused:
        decide_time_format(["29/2/2016", "2/28/2016"], requested=None)
    assert refused.value.code == "time.mixed_order"


@pytest.mark.parametrize("values", [["abc", "def"], ["5", "7"], ["New", "2024-01-01", "Closed"]])
def test_a_column_that_is_no_time_is_refused(values: list[str]) -> None:
    with pytest.raises(RefusedInput) as refused:
        decide_time_format(values, requested=None)
    assert refused.value.code == "time.unreadable"


@pytest.mark.parametrize(
    ("texts", "unit", "moment"),
    [
        (["1672531200", "1672531201"], "s", _moment(2023, 1, 1)),
        (["1672531200.25"], "s", _moment(2023, 1, 1, 0, 0, 0, 250_000)),
        (["1672531200123"], "ms", _moment(2023, 1, 1, 0, 0, 0, 123_000)),
        (["1672531200123456"], "us", _moment(2023, 1, 1, 0, 0, 0, 123_456)),
        (["1672531200123456789"], "ns", _moment(2023, 1, 1, 0, 0, 0, 123_456)),
        (["44927"], "excel", _moment(2023, 1, 1)),
        (["44927.604166666664"], "excel", _moment(2023, 1, 1, 14, 30)),
    ],
)
def test_numbers_are_told_apart_by_their_size(texts: list[str], unit: str, moment: int) -> None:
    form = decide_time_format(texts, requested=None)
    assert (form.kind, form.unit) == ("number", unit)
    assert _one(texts[0], form) == moment
    as_numbers = pa.array([float(text) if "." in text else int(text) for text in texts])
    assert decide_time_format(as_numbers, requested=None) == form
    moments, bad = parse_times(as_numbers, form, zone=None)
    assert not bad.any()
    assert moments[0] == moment


def test_excel_counts_a_day_that_never_was() -> None:
    excel = TimeFormat("number", unit="excel")
    moments, bad = parse_times(pa.array([1.0, 59.0, 60.0, 61.0, 0.5, -3.0, np.nan]), excel, zone=None)
    assert [None if b else int(m) for m, b in zip(moments, bad, strict=True)] == [
        _moment(1900, 1, 1), _moment(1900, 2, 28), None, _moment(1900, 3, 1), None, None, None,
    ]  # fmt: skip


def test_excel_days_are_clock_times_and_epochs_are_utc() -> None:
    excel, epoch = TimeFormat("number", unit="excel"), TimeFormat("number", unit="s")
    assert _one("44927", excel, zone="Asia/Shanghai") == _moment(2023, 1, 1, minutes=480)
    assert _one("1672531200", epoch, zone="Asia/Shanghai") == _moment(2023, 1, 1)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-03-31 01:59", datetime(2024, 3, 31, 0, 59)),
        ("2024-03-31 02:30", datetime(2024, 3, 31, 1, 30)),  # does not exist: 03:30, an hour on
        ("2024-03-31 03:00", datetime(2024, 3, 31, 1, 0)),
        ("2024-10-27 01:59", datetime(2024, 10, 26, 23, 59)),
        ("2024-10-27 02:30", datetime(2024, 10, 27, 0, 30)),  # occurs twice: the first
        ("2024-10-27 03:00", datetime(2024, 10, 27, 2, 0)),
    ],
)
def test_both_clock_changes_of_a_year(text: str, utc: datetime) -> None:
    assert _one(text, zone="Europe/Berlin") == _us(utc)


@settings(max_examples=150, deadline=None)
@given(st.lists(_MOMENTS.filter(lambda m: m.year < 2199), min_size=1, max_size=6), st.sampled_from(_ZONES))
def test_zones_agree_with_the_standard_library(moments: list[datetime], zone: str) -> None:
    texts = pa.array([moment.isoformat(sep=" ") for moment in moments])
    found, bad = parse_times(texts, TEXT, zone=zone)
    assert not bad.any()
    if zone == "+05:30":
        expected = [_us(moment) - 330 * 60_000_000 for moment in moments]
    else:
        expected = [_us(moment.replace(tzinfo=ZoneInfo(zone))) for moment in moments]
    assert found.tolist() == expected


def test_an_unknown_zone_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        _one("2024-01-01 00:00", zone="Nowhere/Land")
    with pytest.raises(UsageError):
        choose_zone([TEXT], option="Nowhere/Land")


def test_the_zone_is_chosen_in_the_stated_order() -> None:
    offset = decide_time_format(
        ["2024-07-01T00:00:00+02:00"] * 2 + ["2024-01-01T00:00:00+01:00"], requested=None
    )
    epoch = TimeFormat("number", unit="ms")
    assert choose_zone([offset], option="Asia/Shanghai", calendar="UTC") == ZoneChoice(
        "Asia/Shanghai", "option"
    )
    assert choose_zone([offset], calendar="Asia/Shanghai") == ZoneChoice("Asia/Shanghai", "calendar")
    assert choose_zone([offset]) == ZoneChoice("+02:00", "log")
    assert choose_zone([epoch]) == ZoneChoice("UTC", "epoch")
    assert choose_zone([TEXT]) == ZoneChoice("UTC", "as_written")


def test_dictionaries_slices_nulls_and_large_strings_read_alike() -> None:
    texts = ["2024-01-01", None, "x", "2024-01-02 03:04", "2024-01-01"]
    expected = [_moment(2024, 1, 1), 0, 0, _moment(2024, 1, 2, 3, 4), _moment(2024, 1, 1)]
    plain = pa.array(["1999-09-09", *texts]).slice(1)
    arrays: list[Any] = [
        plain, plain.cast(pa.large_string()), plain.dictionary_encode(), pa.chunked_array([plain]),
        plain.cast(pa.string_view()),
    ]  # fmt: skip
    for array in arrays:
        moments, bad = parse_times(array, TEXT, zone=None)
        assert moments.tolist() == expected
        assert bad.tolist() == [False, True, True, False, False]


def test_native_times_are_read_as_they_are() -> None:
    local = pa.array([datetime(2024, 1, 1, 8), None, datetime(1492, 1, 1)], pa.timestamp("ms"))
    moments, bad = parse_times(local, decide_time_format(local, requested=None), zone="Asia/Shanghai")
    assert moments.tolist() == [_moment(2024, 1, 1), 0, 0]
    assert bad.tolist() == [False, True, True]
    zoned = pa.array([datetime(2024, 1, 1, 8)], pa.timestamp("us", tz="Asia/Shanghai"))
    form = decide_time_format(zoned, requested=None)
    assert choose_zone([form]) == ZoneChoice("Asia/Shanghai", "log")
    assert parse_times(zoned, form, zone="UTC")[0].tolist() == [_us(datetime(2024, 1, 1, 8))]
    days = pa.array([date(2024, 1, 1)])
    assert parse_times(days, decide_time_format(days, requested=None), zone=None)[0].tolist() == [
        _moment(2024, 1, 1)
    ]


@pytest.mark.parametrize("pattern", ["%Q", "%H:%M", "%Y-%m", "%z %Y-%m-%d", "%Y-%m-%d %I:%M", "%Y-%m-%d %"])
def test_patterns_that_name_no_date_are_usage_errors(pattern: str) -> None:
    with pytest.raises(UsageError) as refused:
        decide_time_format(["2024-01-01"], requested=pattern)
    assert refused.value.code == "option.time_format"


def test_patterns_with_month_names_short_years_and_zones() -> None:
    form = decide_time_format(["29-Feb-16 01:16 PM +08:00"], requested="%d-%b-%y %I:%M %p %z")
    assert form.zone == "+08:00"
    assert _one("29-February-16 01:16 PM +0800", form) == _moment(2016, 2, 29, 13, 16, minutes=480)
    assert _one("29-Feb-16 01:16 PM", form) is None
    chinese = decide_time_format([], requested="%Y年%m月%d日")
    assert _one("２０２４年１月２日", chinese) == _moment(2024, 1, 2)


def test_an_empty_column_needs_no_decision() -> None:
    assert decide_time_format(["", " "], requested=None) == TEXT
    moments, bad = parse_times(pa.array([], pa.string()), TEXT, zone="Asia/Shanghai")
    assert len(moments) == len(bad) == 0
