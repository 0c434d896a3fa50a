"""`anlan twin` from the file of a log to the file of a twin and back."""

import json
from pathlib import Path

import jsonschema
import pytest

import anlan
from anlan.cli.main import main
from anlan.studies.twin.files import read_twin_file
from known_process import OUT, Known, KnownStep, Team, play

SCHEMA = json.loads(
    (Path(anlan.__file__).parent / "schemas" / "twin-1.schema.json").read_text(encoding="utf-8")
)
KNOWN = Known(
    {
        "登记": KnownStep(lambda rng: rng.gamma(2.0, 200.0), "窗口", {"办理": 0.8, OUT: 0.2}),
        "办理": KnownStep(lambda rng: rng.exponential(1200.0), "后台", {OUT: 1.0}),
    },
    {"窗口": Team(2, 8, 18), "后台": Team(3, 8, 18)},
    "登记",
    tuple(4.0 if 8 <= hour < 16 else 0.0 for hour in range(24)),
)


@pytest.fixture(scope="module")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = play(KNOWN, days=28, seed=4)
    rows = ["case,activity,start,complete,resource"]
    for i in range(log.n_events):
        start, end = (str(us / 1e6) for us in (log.start_us[i], log.end_us[i]))
        rows.append(f"{log.case_names[int(log.case[i])]},{log.activity_names[log.activity[i]]},{iso(start)},"
                    f"{iso(end)},{log.resource_names[log.resource[i]]}")  # fmt: skip
    path = tmp_path_factory.mktemp("log") / "hall.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def iso(second: str) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(second), UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr("anlan.studies.loading.home", lambda: tmp_path_factory.getbasetemp() / "home")


def run(capsys, *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_a_twin_is_written_runs_and_is_held_against_its_log(csv, tmp_path, capsys) -> None:
    twin = tmp_path / "twin.yaml"
    result = json.loads(run(capsys, "twin", "calibrate", str(csv), "--out", str(twin), "--json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    assert result["card"]["verdict"] in ("pass", "doubt")
    assert {step["activity"] for step in result["steps"]} == {"登记", "办理"}
    assert [pool["members"] for pool in result["pools"]] == [2, 3]
    assert "窗口" not in json.dumps(result, ensure_ascii=False)
    answer = json.loads(run(capsys, "quantify", "--spec", str(twin), "--json"))
    assert answer["quantities"][0]["name"] == "cycle_time"
    checked = json.loads(run(capsys, "twin", "validate", str(csv), "--model", str(twin), "--json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(checked)
    assert checked["card"]["cases"] > 500


def test_names_of_people_are_listed_only_where_asked(csv, capsys) -> None:
    words = ("twin", "calibrate", str(csv), "--hold-back", "0", "--json")
    assert all("names" not in pool for pool in json.loads(run(capsys, *words))["pools"])
    shown = json.loads(run(capsys, *words, "--people"))["pools"]
    assert sorted(name for pool in shown for name in pool["names"]) == [
        "后台 0", "后台 1", "后台 2", "窗口 0", "窗口 1",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_terminal_says_steps_teams_doubts_and_card(csv, capsys, language) -> None:
    said = run(capsys, "twin", "calibrate", str(csv), "--lang", language)
    for part in {"zh": ("班组 1", "所作的假设", "成绩单"), "en": ("Team 1", "Taken for granted", "Card:")}[
        language
    ]:
        assert part in said


def test_what_cannot_be_is_refused_before_the_log_is_read(csv, tmp_path, capsys) -> None:
    assert main(["twin", "calibrate", str(csv), "--out", str(tmp_path / "twin.txt")]) == 2
    assert ".yaml" in capsys.readouterr().err
    assert main(["twin", "calibrate", str(csv), "--out", str(tmp_path / "no" / "twin.yaml")]) == 2
    assert main(["twin", "calibrate", str(csv), "--hold-back", "0.95"]) == 2
    other = tmp_path / "other.yaml"
    other.write_text(run(capsys, "quantify", "--example", "fmea"), encoding="utf-8")
    assert main(["twin", "validate", str(csv), "--model", str(other)]) == 2
    assert "process_simulation" in capsys.readouterr().err


def test_only_a_spec_is_replaced(csv, tmp_path, capsys) -> None:
    twin = tmp_path / "twin.yaml"
    twin.write_text("shopping: milk\n", encoding="utf-8")
    assert main(["twin", "calibrate", str(csv), "--out", str(twin)]) == 2
    assert twin.read_text(encoding="utf-8") == "shopping: milk\n"
    twin.write_text("", encoding="utf-8")
    run(capsys, "twin", "calibrate", str(csv), "--hold-back", "0", "--out", str(twin))
    first = twin.read_text(encoding="utf-8")
    run(capsys, "twin", "calibrate", str(csv), "--hold-back", "0", "--out", str(twin))
    assert twin.read_text(encoding="utf-8") == first


def test_a_twin_written_as_a_workbook_is_the_same_twin(csv, tmp_path, capsys) -> None:
    book = tmp_path / "twin.xlsx"
    asked = ("twin", "calibrate", str(csv), "--hold-back", "0", "--out", str(book), "--json")
    spec = json.loads(run(capsys, *asked))["spec"]
    ways = [{name: value for name, value in way.items() if value != ""} for way in spec["inputs"]["ways"]]
    assert read_twin_file(book)["inputs"] == {**spec["inputs"], "ways": ways}  # an empty cell is no answer
