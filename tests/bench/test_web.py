"""How the application's speed is measured and told; the whole program once, on a tiny organisation."""

import re

import pytest
from bench.web.__main__ import main
from bench.web.addresses import Asked
from bench.web.page import Answered, Measured, Work, lines_of, page, percentile_ms


def test_a_percentile_is_the_smallest_time_that_so_many_do_not_exceed() -> None:
    seconds = [number / 1000 for number in range(100, 0, -1)]
    assert [percentile_ms(seconds, share) for share in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert percentile_ms([0.2, 0.1], 50) == 100.0
    assert percentile_ms([0.2, 0.1], 95) == 200.0


def test_an_answer_over_its_target_is_said_and_one_within_is_met() -> None:
    asked = Asked("register", "/risks/", 150.0)
    slow, quick = Answered(asked, 7, [0.1, 0.16], [0.3]), Answered(asked, 7, [0.1, 0.15], [0.3])
    measured = Measured("SQLite", 10, 2, 30, {"Pages": [slow, quick]}, [Work("import", 21.0, 20.0)])
    lines = list(lines_of(measured))
    assert (
        "| register | 7 | 100 ms | 160 ms | 160 ms | ≤ 150 ms | **not met** | 300 ms | 300 ms | 300 ms |"
        in lines
    )
    assert sum("| met |" in line for line in lines) == 1
    assert "| import | 21.0 s | ≤ 20 s | **not met** |" in lines
    assert "`python -m bench.web`, commit abc" in page(
        [measured], "python -m bench.web", ["commit abc", "2 x CPU"]
    )


@pytest.mark.slow
def test_a_tiny_organisation_is_made_asked_imported_into_and_verified(tmp_path, capsys) -> None:
    out = tmp_path / "speed.md"
    assert main(["--tiny", "--databases", "SQLite", "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.search(r"\| \d+ ms \|", line)]
    assert len(rows) >= 50
    assert "`anlan audit verify`, 600 events" in text
    assert "60 risks, 6 processes, 600 audit events" in text
