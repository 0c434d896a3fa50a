"""`anlan assess` from a file to its results: complete, repeatable, and true to the log."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import anlan
from anlan.cli.main import main

PACKAGE = Path(anlan.__file__).parent
SAMPLE = PACKAGE / "samples" / "incidents.csv.gz"
SCHEMA = json.loads((PACKAGE / "schemas" / "assess-1.schema.json").read_text())
HEADINGS = "case,activity,start,complete,resource"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))


def small_log(path: Path, *, n_cases: int = 120, bad: tuple[str, ...] = ()) -> Path:
    """A made-up hall process in which every sixth case is handled twice and late."""
    rows = [HEADINGS]
    for n in range(n_cases):
        day, late = 1 + n % 28, n % 6 == 0
        steps = ["登记", "派单", "处理", "处理", "关闭"] if late else ["登记", "派单", "处理", "关闭"]
        hour = 8
        for k, step in enumerate(steps):
            minute = (n * 7 + k * 11) % 50
            begin = f"2026-03-{day:02} {hour:02}:{minute:02}:00"
            end = f"2026-03-{day:02} {hour:02}:{minute + 9:02}:00"
            rows.append(f"c{n},{step},{begin},{end},p{(n + k) % 4}")
            hour += 4 if late and step == "处理" else 1
    path.write_text("\n".join([*rows, *bad]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "begins"), [("en", "Warning: 120 of 120"), ("zh", "注意：120 件")])
def test_a_row_number_taken_for_the_case_is_warned_of_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, begins: str
) -> None:
    rows = [f"{n},{'ABC'[n % 3]},2026-03-0{1 + n % 9} 10:{n % 60:02}:00" for n in range(120)]
    log = tmp_path / "rows.csv"
    log.write_text("\n".join(["case,activity,time", *rows]), encoding="utf-8")
    assert main(["assess", str(log), "--lang", language, "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.startswith(begins)
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(result, SCHEMA)
    assert result["notes"][0]["code"] == "cases_of_one_event"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.index('class="warnings"') < page.index('class="lead"')
    assert main(["identify", str(log), "--lang", language]) == 0
    assert capsys.readouterr().out.startswith(begins)


def assess(log: Path, out: Path, *options: str) -> dict:
    assert main(["assess", str(log), "--out", str(out), *options]) == 0
    return json.loads((out / "result.json").read_text(encoding="utf-8"))


def test_the_result_is_complete_and_valid(tmp_path: Path) -> None:
    result = assess(small_log(tmp_path / "hall.csv"), tmp_path / "out", "--sla", "5h", "--budget", "30d")
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"report.html", "risks.xlsx", "result.json"}
    assert result["log"]["n_cases"] == 120
    assert result["log"]["n_events"] == 500


def test_closing_activities_are_named_and_what_ends_elsewhere_is_open(tmp_path: Path) -> None:
    log = small_log(tmp_path / "hall.csv", bad=("c-open,登记,2026-03-02 08:00:00,2026-03-02 08:09:00,p1",))
    learned = assess(log, tmp_path / "learned")["log"]["closing"]
    assert learned == {"activities": ["关闭"], "source": "learned", "open_cases": 1}
    named = assess(log, tmp_path / "named", "--closing", "登记,派单")["log"]["closing"]
    assert named == {"activities": ["派单", "登记"], "source": "named", "open_cases": 120}
    out = tmp_path / "refused"
    assert main(["assess", str(log), "--out", str(out), "--closing", "关门"]) == 2
    assert not out.exists()


def test_the_same_run_gives_the_same_bytes_also_from_the_stored_log(tmp_path: Path) -> None:
    log = small_log(tmp_path / "hall.csv")
    first = assess(log, tmp_path / "a", "--budget", "30d")
    assess(log, tmp_path / "b", "--budget", "30d")
    assert (
        main(
            [
                "assess",
                first["log"]["id"][:12],
                "--process",
                "hall",
                "--budget",
                "30d",
                "--out",
                str(tmp_path / "c"),
            ]
        )
        == 0
    )
    for name in ("result.json", "report.html", "risks.xlsx"):
        content = (tmp_path / "a" / name).read_bytes()
        assert content == (tmp_path / "b" / name).read_bytes(), name
        assert content == (tmp_path / "c" / name).read_bytes(), name


def test_the_language_never_changes_the_result(tmp_path: Path) -> None:
    log = small_log(tmp_path / "hall.csv")
    assert assess(log, tmp_path / "a") == assess(log, tmp_path / "b", "--lang", "en")
    assert (tmp_path / "a" / "report.html").read_text() != (tmp_path / "b" / "report.html").read_text()


def test_bad_rows_are_set_aside_with_their_reason(tmp_path: Path) -> None:
    bad = ("c1,处理,,not a time,p1", ",处理,,2026-03-02 10:00:00,p1", "c1,,,2026-03-02 10:00:00,p1",
           "c1,处理,2026-03-02 11:00:00,2026-03-02 10:00:00,p1", "c1,处理")  # fmt: skip
    result = assess(small_log(tmp_path / "hall.csv", bad=bad), tmp_path / "out")
    assert result["log"]["rejected"] == {
        "case": 1,
        "activity": 1,
        "time": 1,
        "end": 1,
        "duplicate": 0,
        "columns": 1,
    }
    with (tmp_path / "out" / "rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream))) == 1 + 5


def test_stopping_on_bad_rows_leaves_the_results_untouched(tmp_path: Path) -> None:
    good = small_log(tmp_path / "hall.csv")
    assess(good, tmp_path / "out")
    before = (tmp_path / "out" / "result.json").read_bytes()
    worse = small_log(tmp_path / "bad.csv", bad=("c1,处理,,never,p1",))
    assert main(["assess", str(worse), "--out", str(tmp_path / "out"), "--on-bad-rows", "stop"]) == 4
    assert main(["assess", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out")]) == 2
    (tmp_path / "zeros.csv").write_bytes(bytes(5000))
    assert main(["assess", str(tmp_path / "zeros.csv"), "--out", str(tmp_path / "out")]) == 3
    assert (tmp_path / "out" / "result.json").read_bytes() == before


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ["c1,a,,2026-03-01 10:00:00,p"],
        ["c1,a,,2026-03-01 10:00:00,p", "c2,a,,2026-03-01 10:00:00,p"],
        [f"c{n},a,,2026-03-01 10:00:00,p{n}" for n in range(40)],
    ],
    ids=["headings alone", "one event", "one activity", "identical times"],
)
def test_degenerate_logs_have_an_answer_or_a_reason(tmp_path: Path, rows: list[str]) -> None:
    log = tmp_path / "tiny.csv"
    log.write_text("\n".join([HEADINGS, *rows]) + "\n")
    result = assess(
        log,
        tmp_path / "out",
        "--budget",
        "30d",
        "--map",
        "case=case,activity=activity,start=start,end=complete,resource=resource",
    )
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    assert result["log"]["n_events"] == len(rows)
    assert result["notes"]


def test_a_budget_in_money_needs_rates_and_rates_give_money(tmp_path: Path) -> None:
    log = small_log(tmp_path / "hall.csv")
    assert main(["assess", str(log), "--out", str(tmp_path / "out"), "--budget", "50000"]) == 2
    (tmp_path / "costs.toml").write_text('currency = "CNY"\ncustomer_minute = 0.5\nperson_day = 800\n')
    result = assess(log, tmp_path / "out", "--budget", "50000", "--costs", str(tmp_path / "costs.toml"))
    assert result["portfolio"]["unit"] == "CNY"
    minutes = assess(log, tmp_path / "b")
    assert minutes["portfolio"]["unit"] == "customer_min"
    assert result["portfolio"]["mean"] == pytest.approx(0.5 * minutes["portfolio"]["mean"], rel=1e-9)


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The bundled log, assessed."""
    folder = tmp_path_factory.mktemp("incidents")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANLAN_HOME", str(folder / "home"))
        return assess(SAMPLE, folder / "out", "--sla", "column:made_sla", "--budget", "60d")


def test_the_numbers_of_a_real_log_agree_with_a_plain_computation(incidents: dict) -> None:
    cases: dict[str, list[tuple[datetime, int, str]]] = defaultdict(list)
    with gzip.open(SAMPLE, "rt", newline="") as stream:
        for row, record in enumerate(csv.DictReader(stream)):
            cases[record["incident"]].append(
                (datetime.fromisoformat(record["updated_at"]), row, record["incident_state"])
            )
    edges: Counter[tuple[str, str]] = Counter()
    gaps: dict[tuple[str, str], list[float]] = defaultdict(list)
    durations, variants, counts = [], Counter(), Counter()
    for events in cases.values():
        events.sort()
        steps = [step for _, _, step in events]
        variants[tuple(steps)] += 1
        counts.update(steps)
        durations.append((events[-1][0] - events[0][0]).total_seconds())
        for (t0, _, a), (t1, _, b) in pairwise(events):
            edges[a, b] += 1
            gaps[a, b].append((t1 - t0).total_seconds())
    process = incidents["process"]
    assert {(e["from"], e["to"]): e["count"] for e in process["edges"]} == dict(edges)
    assert {a["name"]: a["count"] for a in process["activities"]} == dict(counts)
    assert incidents["log"]["n_variants"] == len(variants)
    assert process["variants"][0]["count"] == max(variants.values())
    assert process["case_duration_s"]["mean"] == pytest.approx(np.mean(durations))
    for edge in process["edges"]:
        expected = gaps[edge["from"], edge["to"]]
        assert edge["mean_s"] == pytest.approx(np.mean(expected), abs=1e-6)
        assert edge["median_s"] == pytest.approx(np.quantile(expected, 0.5, method="inverted_cdf"), rel=0.004)
        assert edge["p95_s"] == pytest.approx(np.quantile(expected, 0.95, method="inverted_cdf"), rel=0.004)


def test_lost_time_is_within_the_time_beyond_the_normal_of_a_real_log(incidents: dict) -> None:
    events: dict[str, list[tuple[datetime, int, str]]] = defaultdict(list)
    with gzip.open(SAMPLE, "rt", newline="") as stream:
        for row, record in enumerate(csv.DictReader(stream)):
            moment = datetime.fromisoformat(record["updated_at"])
            events[record["incident"]].append((moment, row, record["incident_state"]))
    waits: dict[str, list[float]] = defaultdict(list)
    for case in events.values():
        case.sort()
        for (before, _, _), (moment, _, step) in pairwise(case):
            waits[step].append((moment - before).total_seconds())
    normal = {a["name"]: (a["normal_s"], a["normal_source"]) for a in incidents["process"]["activities"]}
    assert normal["Closed"] == (pytest.approx(np.median(waits["Closed"]), abs=1e-5), "fixed_wait")
    beyond_s = 0.0
    for step in waits.keys() - {"Closed"}:
        upper = np.quantile(waits[step], 0.75)
        assert normal[step] == (pytest.approx(upper, abs=1e-5), "observed")
        beyond_s += np.maximum(np.array(waits[step]) - upper, 0).sum()
    recorded_s = sum(map(sum, waits.values()))
    assert 0.2 < incidents["portfolio"]["share_of_recorded_time"] <= beyond_s / recorded_s
    assert {note["code"] for note in incidents["notes"]} >= {"loss_is_excess", "fixed_waiting_period"}


def test_frequencies_and_the_portfolio_add_up(incidents: dict) -> None:
    risks, portfolio = incidents["risks"], incidents["portfolio"]
    assert len(risks) >= 10
    for risk in risks:
        evidence = risk["evidence"]
        plain = 1000 * evidence["count"] / evidence["exposure_cases"]
        assert risk["frequency_per_1000_cases"]["estimate"] == pytest.approx(plain, rel=0.05, abs=0.5)
    total = sum(risk["annual_loss"]["mean"] for risk in risks)
    assert portfolio["mean"] == portfolio["expectation"]["estimate"] == pytest.approx(total, rel=1e-9)
    assert portfolio["simulated_mean"] == pytest.approx(total, abs=4 * portfolio["simulation_errors"]["mean"])
    losses = [loss for loss, _ in portfolio["curve"]]
    chances = [chance for _, chance in portfolio["curve"]]
    assert losses == sorted(losses)
    assert chances == sorted(chances, reverse=True)
    assert portfolio["cvar95"] >= portfolio["p95"] >= portfolio["p50"] >= portfolio["p05"]
    expected = portfolio["expectation"]
    assert expected["estimate"] == pytest.approx(total)
    assert expected["low"] < expected["estimate"] < expected["high"]


def test_yearly_figures_rest_on_the_arrivals_of_the_log(incidents: dict) -> None:
    """Read again from the file: the sample's cases arrive in about two months, its log lasts a year."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    arrivals: dict[str, datetime] = {}
    for row in rows:
        moment = datetime.fromisoformat(row["updated_at"])
        case = row["incident"]
        arrivals[case] = min(arrivals.get(case, moment), moment)
    seconds = np.array([moment.timestamp() for moment in arrivals.values()])
    days = np.diff(np.quantile(seconds, [0.01, 0.99]))[0] / 0.98 / 86_400
    intake = incidents["portfolio"]["intake"]
    assert intake["days"] == pytest.approx(days, rel=1e-6)
    assert intake["cases_per_year"] == pytest.approx(len(arrivals) * 365.25 / days, rel=1e-6)
    assert 5 * days < np.ptp([datetime.fromisoformat(r["updated_at"]).timestamp() for r in rows]) / 86_400


def test_the_chosen_measures_keep_to_the_budget(incidents: dict) -> None:
    chosen = incidents["treatments"]["chosen"]
    assert chosen
    assert sum(measure["cost"] for measure in chosen) <= incidents["treatments"]["budget"] + 1e-9
    costs = [cost for cost, _ in incidents["treatments"]["frontier"]]
    losses = [loss for _, loss in incidents["treatments"]["frontier"]]
    assert costs == sorted(costs)
    assert losses == sorted(losses, reverse=True)


def test_every_idea_indicator_and_plan_cites_a_risk(incidents: dict) -> None:
    known = {risk["id"] for risk in incidents["risks"]}
    assert incidents["improve"]
    assert incidents["monitor"]
    assert {idea["risk"] for idea in incidents["improve"]} <= known
    assert {item["risk"] for item in incidents["monitor"]} <= known
    assert {risk for plan in incidents["respond"] for risk in plan["risks"]} <= known
    assert [item["risk"] for item in incidents["evaluate"]] != []
