"""From arrivals to a roster on the command line: each result feeds the next, faults say where."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import anlan
from anlan.cli.main import main
from anlan.domain.errors import UsageError
from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES, example_of
from anlan.studies.resources import hourly_need

SCHEMA = json.loads((Path(anlan.__file__).parent / "schemas" / "assessment-1.schema.json").read_text("utf-8"))
DAY = [0] * 8 + [10, 30, 40, 30, 20, 30, 20, 10] + [0] * 8


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Four weeks by hour, weekends half as many."""
    rows = ["time,calls"]
    for day in range(28):
        for hour, n in enumerate(DAY):
            rows.append(f"2026-03-{day + 2:02} {hour:02}:00,{n // (2 if day % 7 > 4 else 1)}")
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(rows[: 1 + 28 * 24]) + "\n", encoding="utf-8")
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    return found


def _rows(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = next(table for table in result["tables"] if table["name"] == name)
    return [dict(zip([c["name"] for c in found["columns"]], row, strict=True)) for row in found["rows"]]


def test_a_forecast_feeds_staffing_and_staffing_feeds_the_roster(
    tmp_path: Path, counts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(capsys, "forecast", str(counts), "--counts", "--days", "2")
    steps = _rows(found, "forecast_steps")
    assert [row["expected_count"] for row in steps] == pytest.approx(DAY * 2)
    assert steps[0]["date"] == "2026-03-30"
    forecast = tmp_path / "forecast.json"
    forecast.write_text(json.dumps(found), encoding="utf-8")
    plan = _json(
        capsys, "staff", "--demand", str(forecast), "--handling", "240", "--shrinkage", "0.2", "--limits"
    )
    people = [row["people_paid"] for row in _rows(plan, "staffing_intervals")]
    assert plan["quantities"][0]["interval"]["kind"] == "demand_limits"
    staff = tmp_path / "staff.json"
    staff.write_text(json.dumps(plan), encoding="utf-8")
    spec = tmp_path / "roster.yaml"
    spec.write_text(
        "method: shift_roster\ninputs:\n  days: 2\n  shifts: [{name: D, from_hour: 8, to_hour: 16}]\n"
        "  people:\n" + "".join(f"    - {{name: p{n}, most_hours: 16}}\n" for n in range(max(people))),
        encoding="utf-8",
    )
    roster = _json(capsys, "roster", str(spec), "--need", str(staff))
    assert roster["quantities"][0]["value"] == 0.0
    assert sum(row["hours_needed"] for row in _rows(roster, "roster_days")) == sum(people)


def test_a_table_without_times_and_half_hours_become_hours(
    tmp_path: Path, counts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "demand.csv"
    table.write_text("20\n60\n30\n", encoding="utf-8")
    plan = _json(
        capsys, "staff", "--demand", str(table), "--handling", "180", "--interval", "30", "--first-hour", "8"
    )
    rows = _rows(plan, "staffing_intervals")
    assert [row["interval"] for row in rows] == ["08:00", "08:30", "09:00"]
    people = [row["people_paid"] for row in rows]
    assert hourly_need(plan) == [0] * 8 + [max(people[:2]), people[2]] + [0] * 14


def test_the_cases_of_a_log_are_counted_as_they_arrive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["case,activity,time"]
    for day in range(1, 25):
        for n in range(day % 7 + 1):
            rows += [
                f"{day}-{n},in,2026-03-{day:02} 09:{n:02}:00",
                f"{day}-{n},out,2026-03-{day:02} 17:00:00",
            ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = _json(capsys, "forecast", str(log), "--interval", "1440", "--days", "7")
    assert found["inputs"]["values"] == [float(day % 7 + 1) for day in range(2, 24)]
    assert found["inputs"]["start"] == "2026-03-02"
    assert [row["expected_count"] for row in _rows(found, "forecast_days")] == pytest.approx(
        [float(day % 7 + 1) for day in range(24, 31)]
    )


def test_results_are_said_in_both_languages(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("zh", "逐日"), ("en", "Day by day")):
        assert main(["forecast", str(counts), "--counts", "--lang", language]) == 0
        assert word in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("time,calls\n2026-03-01 00:00,x\n", "line 2: 'x' is no count"),
        ("time,calls\n1st,3\n", "line 2: '1st' is no time"),
        ("2026-03-01 00:00,1\n2026-03-01 01:00,1\n2026-03-01 03:00,1\n", "expected was 2026-03-01 02:00"),
        ("calls\n", "holds no counts"),
        ("1\n2\n", "--interval"),
        ("-5\n6\n", "line 1: '-5' is no count"),
        ("nan\n6\n", "line 1: 'nan' is no count"),
        ("1\n" + "9" * 200_000 + "\n", "line 2"),
        ("2026-03-01 00:00:00,1\n2026-03-01 00:00:10,1\n", "expected was 2026-03-01 00:01"),
        ("9999-12-30,1\n9999-12-31,1\n9999-12-31,1\n", "line 3"),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(
    tmp_path: Path, content: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "counts.csv"
    table.write_text(content, encoding="utf-8")
    assert main(["forecast", str(table), "--counts", "--lang", "en"]) in (2, 3)
    assert said in capsys.readouterr().err


def test_the_result_of_another_command_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(assess_by_spec(read_spec_file(EXAMPLES / "staffing.yaml"))), encoding="utf-8")
    assert main(["staff", "--demand", str(other), "--handling", "100", "--lang", "en"]) == 2
    assert "demand_forecast" in capsys.readouterr().err
    spec = tmp_path / "spec.yaml"
    spec.write_text(example_of("staffing"), encoding="utf-8")
    assert main(["roster", str(spec), "--lang", "en"]) == 2
    assert "shift_roster" in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-60", "7", "100000"])
def test_an_interval_that_does_not_divide_a_day_is_refused(
    tmp_path: Path, minutes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "counts.csv"
    table.write_text("1\n2\n", encoding="utf-8")
    asked = ("--counts", "--start", "2026-03-01", "--interval", minutes, "--lang", "en")
    assert main(["forecast", str(table), *asked]) == 2
    assert "do not divide a day" in capsys.readouterr().err


def test_a_table_with_times_says_itself_when_it_begins_and_how_long_its_intervals_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "demand.csv"
    table.write_text("2026-03-02 08:30,20\n2026-03-02 09:00,60\n", encoding="utf-8")
    plan = _json(capsys, "staff", "--demand", str(table), "--handling", "180")
    assert [row["interval"] for row in _rows(plan, "staffing_intervals")] == ["08:30", "09:00"]
    asked = ["staff", "--demand", str(table), "--handling", "180", "--interval", "60", "--lang", "en"]
    assert main(asked) == 2
    assert "30 minutes apart" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("inputs",), None),
        (("inputs", "interval"), 0),
        (("inputs", "interval"), "x"),
        (("inputs", "first_hour"), 1e12),
        (("tables",), []),
        (("tables", 0, "columns"), {}),
        (("tables", 0, "rows"), [[]]),
        (("tables", 0, "rows", 0), None),
        (("tables", 0, "rows", 0), ["x"] * 20),
    ],
)
def test_a_damaged_result_is_refused_at_its_place(
    tmp_path: Path, place: tuple[Any, ...], wrong: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    result = assess_by_spec(read_spec_file(EXAMPLES / "staffing.yaml"))
    result["tables"].sort(key=lambda table: table["name"] != "staffing_intervals")
    inner = result
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = wrong
    with pytest.raises(UsageError, match=r"resources\.damaged"):
        hourly_need(result)
