"""Guides, reference pages and examples run as written; both languages show the same code."""

import csv
import gzip
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import anlan
from anlan.formats.calendar_file import load_calendar
from anlan.formats.cost_file import load_costs
from docs.documents import Block, run_block, runnable_blocks, shell_environment
from support import REPOSITORY

DOCS = REPOSITORY / "docs"
SAMPLES = Path(anlan.__file__).parent / "samples"
ENGLISH = sorted(
    page for part in ("guides", "reference", "tutorial") for page in (DOCS / part).rglob("*.en.md")
)
GUIDES = sorted((DOCS / "guides").glob("*.en.md"))
PAGES = [
    *(DOCS / "reference" / f"{name}.en.md" for name in ("reading", "detectors")),
    *sorted((DOCS / "reference" / "stages").glob("*.en.md")),
]
N_CASES = 1_500


def _example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write_tickets(folder: Path) -> Path:
    """The first cases of the bundled log with all their rows, as the `tickets.csv` the pages speak of."""
    with gzip.open(SAMPLES / "incidents.csv.gz", "rt", newline="") as stream:
        rows = list(csv.reader(stream))
    chosen = set(list(dict.fromkeys(row[0] for row in rows[1:]))[:N_CASES])
    target = folder / "tickets.csv"
    with target.open("w", newline="") as out:
        csv.writer(out).writerows([rows[0], *(row for row in rows[1:] if row[0] in chosen)])
    return target


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES, ids=lambda page: page.name)
def test_a_guide_runs_as_written(guide: Path, tmp_path: Path) -> None:
    _write_tickets(tmp_path)
    environment = shell_environment(tmp_path / "home", ANLAN_LANG="en")
    for block in runnable_blocks(guide):
        run_block(block, folder=tmp_path, environment=environment)


@pytest.mark.slow
def test_the_python_of_the_reference_pages_runs(tmp_path: Path) -> None:
    _write_tickets(tmp_path)
    code = "\n".join(b.code for page in PAGES for b in runnable_blocks(page) if b.kind == "python")
    run_block(Block("python", code), folder=tmp_path, environment=shell_environment(tmp_path / "home"))


@pytest.mark.slow
def test_the_commands_of_the_stage_pages_run(tmp_path: Path) -> None:
    _write_tickets(tmp_path)
    environment = shell_environment(tmp_path / "home")
    for page in PAGES:
        for block in runnable_blocks(page):
            if block.kind == "sh":
                assert run_block(block, folder=tmp_path, environment=environment).strip(), block.code


@pytest.mark.slow
def test_the_examples_run_on_a_log(tmp_path: Path) -> None:
    tickets = _write_tickets(tmp_path)
    environment = shell_environment(tmp_path / "home")
    run_block(Block("sh", f"anlan assess {tickets} --out results"), folder=tmp_path, environment=environment)
    for words in (["recompute_number.py", "results/result.json"], ["stages_by_hand.py", "tickets.csv"]):
        script = REPOSITORY / "examples" / words[0]
        done = subprocess.run(
            [sys.executable, str(script), *words[1:]],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def _plain(code: str) -> str:
    """Python without what differs between languages: comments, the language of a title, a step's name."""
    return re.sub(r'#.*|\.(?:zh|en)\b|\["(?:zh|en)"\]', "", code)


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_both_languages_show_the_same_code(page: Path) -> None:
    english = list(runnable_blocks(page))
    chinese = list(runnable_blocks(page.with_name(page.name.replace(".en.md", ".zh.md"))))
    pythons = [[_plain(b.code) for b in blocks if b.kind == "python"] for blocks in (english, chinese)]
    assert pythons[0] == pythons[1]
    commands = [
        [line.split()[:2] for b in blocks for line in b.code.splitlines() if line.startswith("anlan ")]
        for blocks in (english, chinese)
    ]
    assert commands[0] == commands[1]


def test_the_example_calendar_covers_the_example_log_and_is_marked_as_invented() -> None:
    calendar = load_calendar(SAMPLES / "calendar.toml").default
    assert "invented" in calendar.name
    assert calendar.valid_from.isoformat() <= "2016-03-01"
    assert calendar.valid_to.isoformat() >= "2017-02-15"


def test_the_example_rates_are_what_the_tutorial_shows() -> None:
    costs = load_costs(SAMPLES / "costs.toml")
    for language in ("zh", "en"):
        page = (DOCS / "tutorial" / f"assess.{language}.md").read_text(encoding="utf-8")
        assert f'currency = "{costs.currency}"\ncustomer_minute = {costs.customer_minute}' in page
        assert f"person_day = {costs.person_day:g}\n" in page
    assert "Invented" in (SAMPLES / "costs.toml").read_text(encoding="utf-8")


def test_a_frequency_recomputed_from_a_wrong_result_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """12 of 800: 1000 (12 + 1/2) / 801 = 15.6 per 1,000, as the guide works out; 18 times: 1.5 of it."""
    recompute = _example("recompute_number")
    risk = {
        "id": "R-1",
        "evidence": {"count": 12, "exposure_cases": 800, "affected_cases": 12},
        "index": {
            "likelihood": 2,
            "severity": 1,
            "level": "low",
            "likelihood_value": 12.0,
            "severity_value": 0.4,
        },
    }
    estimate, low, high = recompute.frequency(risk, 1000)
    assert estimate == pytest.approx(12_500 / 801)
    repeated = risk | {"evidence": risk["evidence"] | {"count": 18}}
    assert recompute.frequency(repeated, 1000)[0] == pytest.approx(1.5 * estimate)
    assert low < estimate < high
    criteria = {"levels": [{"code": "low"}], "cells": [[0], [0]],
                "likelihood": {"bounds": [12.0]}, "severity": {"bounds": [0.5]}}  # fmt: skip
    target = tmp_path / "result.json"
    for factor, code in ((1.0, 0), (1.01, 1)):
        risk["frequency_per_1000_cases"] = {"estimate": estimate * factor, "low": low, "high": high}
        result = {"log": {"n_cases": 1000}, "risks": [risk], "criteria": criteria}
        target.write_text(json.dumps(result), encoding="utf-8")
        assert recompute.main(str(target)) == code
    assert "1 risks, 1 differences" in capsys.readouterr().out


def test_a_flight_becomes_the_events_that_happened(tmp_path: Path) -> None:
    """Forty minutes late before midnight is the next day; a cancelled flight never departs."""
    columns = ["year", "month", "day", "dep_delay", "arr_delay", "carrier", "flight", "tailnum", "origin",
               "dest", "air_time", "hour", "minute"]  # fmt: skip
    flights = [
        ["2013", "3", "9", "40", "35", "UA", "15", "N1", "EWR", "IAH", "60", "23", "30"],
        ["2013", "3", "9", "", "", "AA", "7", "", "JFK", "MIA", "", "8", "0"],
    ]
    source, target = tmp_path / "flights.csv.gz", tmp_path / "flights_log.csv"
    with gzip.open(source, "wt", newline="") as stream:
        csv.writer(stream).writerows([columns, *flights])
    _example("flights_log").main(str(source), str(target))
    with target.open(newline="") as stream:
        events = [(row["event"], row["time"], row["on_time"]) for row in csv.DictReader(stream)]
    assert events == [
        ("Scheduled", "2013-03-09 23:30:00", "false"),
        ("Departed", "2013-03-10 00:10:00", "false"),
        ("Landed", "2013-03-10 01:10:00", "false"),
        ("Scheduled", "2013-03-09 08:00:00", "false"),
        ("Cancelled", "2013-03-09 08:00:00", "false"),
    ]
