"""What `anlan assess` writes never costs what was there, and it says truly how it went."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from anlan.cli.main import main
from anlan.formats.mapping_file import load_mapping

ROWS = [
    f"c{n},{step},2026-03-{1 + n % 28:02} {8 + k:02}:00:00" for n in range(40) for k, step in enumerate("abc")
]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))


def write_log(path: Path) -> Path:
    path.write_text("case,activity,time\n" + "\n".join(ROWS) + "\n")
    return path


def run(*words: str, **settings) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "anlan", *words]
    return subprocess.run(command, text=True, stderr=subprocess.PIPE, check=False, **settings)


@pytest.mark.parametrize("option", [None, "--costs", "--calendar", "--criteria", "--map-file", "--save-map"])
def test_a_result_folder_that_holds_an_input_is_refused(tmp_path: Path, option: str | None) -> None:
    log, out = write_log(tmp_path / "hall.csv"), tmp_path / "out"
    assert main(["assess", str(log), "--out", str(out)]) == 0
    inside = out / "rejected.csv"
    inside.write_bytes(log.read_bytes())
    (tmp_path / "link").symlink_to(inside)
    for path in (inside, tmp_path / "link"):
        words = [str(path)] if option is None else [str(log), option, str(path)]
        assert main(["assess", *words, "--out", str(out)]) == 2
    assert inside.read_bytes() == log.read_bytes()


def test_columns_are_never_saved_over_something_else(tmp_path: Path) -> None:
    log = write_log(tmp_path / "hall.csv")
    before = log.read_bytes()
    for command in (["assess", "--out", str(tmp_path / "out")], ["log", "import"], ["log", "describe"]):
        assert main([*command, str(log), "--save-map", str(log)]) == 2
    assert log.read_bytes() == before
    assert not (tmp_path / "home" / "logs").exists()


def test_columns_are_saved_over_columns(tmp_path: Path) -> None:
    log, columns = write_log(tmp_path / "hall.csv"), tmp_path / "columns.json"
    columns.touch()
    for _ in range(2):
        assert main(["log", "import", str(log), "--save-map", str(columns)]) == 0
    assert load_mapping(columns)["case"] == "case"
    assert {path.name for path in tmp_path.iterdir()} == {"hall.csv", "columns.json", "home"}


def test_a_full_standard_output_is_not_called_a_failed_run(tmp_path: Path) -> None:
    log, out = write_log(tmp_path / "hall.csv"), tmp_path / "out"
    with Path("/dev/full").open("w") as full:
        done = run("assess", str(log), "--out", str(out), "--lang", "en", stdout=full)
    assert done.returncode == 3
    assert f"The results are complete in {out}" in done.stderr
    assert "Exception" not in done.stderr
    assert json.loads((out / "result.json").read_text())["log"]["n_cases"] == 40


def test_a_run_in_the_folder_that_it_replaces_says_where_the_results_are(tmp_path: Path) -> None:
    log, out = write_log(tmp_path / "hall.csv"), tmp_path / "out"
    out.mkdir()
    done = run("assess", str(log), "--out", ".", "--lang", "en", cwd=out, stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    assert str(out / "report.html") in done.stdout
    assert os.listdir(out)


def test_one_damaged_log_does_not_hide_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_named = [write_log(tmp_path / "hall.csv"), tmp_path / "desk.csv"]
    import_named[1].write_text(import_named[0].read_text() + "z,a,2026-03-02 08:00:00\n")
    for log in import_named:
        assert main(["log", "import", str(log)]) == 0
    capsys.readouterr()
    damaged = next(path for path in (tmp_path / "home" / "logs").iterdir() if len(path.name) == 64)
    kept = json.loads((damaged / "manifest.json").read_text())["parts"][0]["name"]
    (damaged / "manifest.json").write_text("{}")
    assert main(["log", "list", "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert damaged.name in said.err
    assert ({"hall.csv", "desk.csv"} - {kept}).pop() in said.out
    assert main(["log", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [len(listed["logs"]), [each["id"] for each in listed["damaged"]]] == [1, [damaged.name]]
