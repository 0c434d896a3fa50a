"""How speed is measured and told; no test here looks at a time."""

import sys
from pathlib import Path

import pytest
from bench.measure import Row, Table, Target, Worker, ratio_row, take_turns
from bench.report import Setting, page, table_lines


def test_a_target_is_met_on_its_right_side_and_on_its_border():
    assert Target(5).met(5.0)
    assert not Target(5).met(5.1)
    assert Target(60, at_least=True).met(60.0)
    assert not Target(60, at_least=True).met(59.9)


def test_a_row_without_value_or_target_is_neither_met_nor_missed():
    assert Row("work", "peer", None, target=Target(5)).met is None
    assert Row("work", "peer", 3.0).met is None


def test_works_take_turns_forwards_and_backwards_and_give_medians():
    order: list[str] = []
    seconds = iter([1.0, 10.0, 30.0, 2.0, 9.0, 20.0])

    def work(name: str) -> float:
        order.append(name)
        return next(seconds)

    medians = take_turns({"a": lambda: work("a"), "b": lambda: work("b")}, rounds=3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert medians == {"a": 2.0, "b": 20.0}


def test_a_peer_that_is_not_there_says_not_run():
    row = ratio_row("reading", "PM4Py", ours_s=0.5, other_s=None, at_least=4)
    line = table_lines(Table("Reading", "About.", (row,)))[-2]
    assert "| not run | ≥ 4x |" in line
    assert "met" not in line


def test_a_missed_target_is_said():
    row = ratio_row("reading", "PM4Py", ours_s=0.5, other_s=1.0, at_least=4)
    assert "| 2x | ≥ 4x | **not met** | 500.0 ms | 1.00 s |" in table_lines(Table("R", "A.", (row,)))[-2]


def test_the_page_names_versions_the_command_and_what_was_not_run():
    text = page(
        Setting(["2 x CPU"], {"anlan": "0.1"}, {}, ["pm4py"], "python -m bench", "commit abc"),
        [Table("Reading", "About.", ())],
    )
    assert "Command: `python -m bench`, commit abc" in text
    assert "none installed" in text
    assert "Not run: pm4py" in text


def test_a_measuring_process_answers_with_time_memory_and_value():
    with Worker("bench.peers") as worker:
        answer = worker.ask("versions")
    assert isinstance(answer.value, dict)
    assert answer.seconds > 0
    if sys.platform == "linux":
        assert answer.peak_bytes > 1_000_000


def test_an_error_over_there_is_raised_here():
    with Worker("bench.peers") as worker, pytest.raises(RuntimeError, match="ModuleNotFoundError"):
        worker.ask("warm", module="no_such_peer")


def test_a_process_that_dies_is_noticed():
    with Worker("no_such_module") as worker, pytest.raises((RuntimeError, BrokenPipeError)):
        worker.ask("versions")


@pytest.mark.slow
def test_the_whole_benchmark_runs_on_a_tiny_log_without_any_peer(tmp_path: Path, capsys):
    from bench.__main__ import main

    out = tmp_path / "page.md"
    assert main(["--events", "600", "--out", str(out), "--peers-python", str(tmp_path / "none")]) == 0
    assert "pm4py: not run" in capsys.readouterr().out
    text = out.read_text(encoding="utf-8")
    for subject in ("Fused summary", "Passes over", "Reading CSV", "Reading XES", "Memory", "Annual loss"):
        assert f"## {subject}" in text
    assert "| not run |" in text
    assert str(tmp_path) not in text
