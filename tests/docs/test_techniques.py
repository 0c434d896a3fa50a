"""The table of techniques is whole, says the same in both languages, and names only methods there are."""

import re

from anlan.loop.quantify.methods import METHODS
from support import REPOSITORY

STATES = {"built": "已有", "partly": "部分", "not yet": "尚无", "left out": "不做"}


def _rows(language: str) -> list[list[str]]:
    page = (REPOSITORY / "docs" / "reference" / f"techniques.{language}.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_all_techniques_stand_in_both_tables_with_the_same_state() -> None:
    en, zh = _rows("en"), _rows("zh")
    assert [row[0] for row in en] == [row[0] for row in zh] == [str(n) for n in range(1, 42)]
    assert [STATES[row[2]] for row in en] == [row[2] for row in zh]


def test_what_is_built_names_where_and_every_method_named_is_there() -> None:
    for language in ("en", "zh"):
        for row in _rows(language):
            assert len(row[3]) > 1 or row[2] in ("not yet", "left out", "尚无", "不做")
            assert set(re.findall(r"methods/(\w+)\.", row[3])) <= set(METHODS)
