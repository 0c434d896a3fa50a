"""How the speed of readings and alerts is measured and told; the whole program once, on few series."""

import re

import pytest
from bench.monitor.__main__ import main
from bench.monitor.page import Figure, lines_of, page


def test_a_rate_below_and_a_time_above_what_is_wanted_are_not_met() -> None:
    figures = [
        Figure("rate", 9_000.0, 10_000.0, more=True), Figure("rate", 11_000.0, 10_000.0, more=True),
        Figure("wait", 2.5, 2.0), Figure("wait", 1.5, 2.0), Figure("clock", 3.0),
    ]  # fmt: skip
    assert [each.met for each in figures] == [False, True, False, True, None]
    lines = list(lines_of("SQLite", figures))
    assert "| rate | 9,000 | ≥ 10,000 | **not met** |" in lines
    assert "| clock | 3.00 |  |  |" in lines
    assert "- Commit: abc" in page({"SQLite": figures}, 10, ["abc", "2 x CPU"])


@pytest.mark.slow
def test_few_series_are_made_sent_counted_and_looked_at(tmp_path, capsys) -> None:
    out = tmp_path / "speed.md"
    given = ["--series", "1000", "--batches", "2", "--alerts", "1", "--databases", "SQLite"]
    assert main([*given, "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert len(re.findall(r"^\| .* \| [\d.,]+ \|", text, re.MULTILINE)) == 5
