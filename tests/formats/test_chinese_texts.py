"""The house rules of Chinese texts, as CONTRIBUTING states them, over every text of the catalogue."""

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import anlan
from anlan.formats.messages import messages
from anlan.formats.wording import count, duration, names, number, percent, time

HAN, MARKS = "\u4e00-\u9fff", "，。；：、（）“”！？"
WRITTEN = {
    "count": count(12, "zh"), "number": number(1.5, "zh"), "percent": percent(0.5, "zh"),
    "time": time(0, "zh"), "duration": duration(7200.0, "zh"), "names": names("x", "zh"),
}  # fmt: skip
"""What stands where a placeholder with a hint is filled; one without may begin and end with anything."""

SPACED = ("web.exchange.book.", "web.risks.register.search", "web.risks.page.comment_help", "web.workshops.")
"""Titles and examples made of parts that a blank sets apart."""
AS_WRITTEN = ("errors.time.unreadable", "errors.reading.no_times")
"""Examples of times as they are written."""


def _texts(table: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


FOLDER = Path(anlan.__file__).parent / "locale" / "zh"
TEXTS = dict(
    pair for file in sorted(FOLDER.glob("*.toml")) for pair in _texts(tomllib.loads(file.read_text("utf-8")))
)


def filled(text: str) -> str:
    """The text with placeholders filled; addresses and words to be typed (`--map 活动=列`) are cut."""
    parts = []
    for literal, name, hint, _ in string.Formatter().parse(text):
        parts += [literal, "" if name is None else WRITTEN.get(hint or "", "\ue000")]
    return re.sub(rf"--[a-z-]+ [^\s{MARKS}]+|[a-z]+://[^\s{MARKS}]+", "--x", "".join(parts))


def tight(text: str) -> list[str]:
    """Places where Han meets a letter or digit without a blank."""
    return re.findall(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]", text)


def loose(text: str) -> list[str]:
    """Blanks between two Han characters, and beside a Chinese mark."""
    return re.findall(rf"[{HAN}] +[{HAN}]|[{MARKS}] +\S|\S +[{MARKS}]", text)


def test_a_blank_stands_between_han_and_letters_or_digits() -> None:
    found = {key: tight(filled(text)) for key, text in TEXTS.items() if key not in AS_WRITTEN}
    assert {key: places for key, places in found.items() if places} == {}


def test_no_blank_stands_between_han_characters_or_beside_a_mark() -> None:
    found = {key: loose(filled(text)) for key, text in TEXTS.items() if not key.startswith(SPACED)}
    assert {key: places for key, places in found.items() if places} == {}


def test_quotation_marks_are_of_one_kind() -> None:
    assert [key for key, text in TEXTS.items() if re.search("[「」『』]", text)] == []
    assert names(["a", "b"], "zh") == "“a”、“b”"


def test_marks_between_han_characters_are_chinese_ones() -> None:
    found = {
        key: re.findall(rf"[{HAN}][,;:!?][{HAN}]", filled(text))
        for key, text in TEXTS.items()
        if key not in AS_WRITTEN
    }
    assert {key: places for key, places in found.items() if places} == {}


@pytest.mark.parametrize("word", ["个案例", "放到一边", "搁置"])
def test_one_word_is_used_for_one_thing(word: str) -> None:
    assert [key for key, text in TEXTS.items() if word in text] == []


@pytest.mark.parametrize(("text", "rule"), [("共3件", tight), ("共 3 件 ，", loose), ("风 险", loose)])
def test_the_rules_find_what_breaks_them(text: str, rule: Any) -> None:
    assert rule(text)


@pytest.mark.parametrize(
    ("column", "title"),
    [("assignment_group", "“a”中途更换 assignment_group"), ("resource", "“a”中途更换办理人")],
)
def test_a_word_of_either_script_is_set_apart_only_where_scripts_meet(column: str, title: str) -> None:
    assert messages("zh").text("finding_titles.reassignment", nodes=("a",), column=column) == title


def test_a_name_of_a_column_keeps_its_own_blanks() -> None:
    said = messages("zh").text("finding_titles.group_disparity", column="业务 类别", value="A 1")
    assert said == "业务 类别为“A 1”的案例更慢"
    assert messages("zh").text("finding_titles.group_disparity", column="priority", value="1") == (
        "priority 为“1”的案例更慢"
    )
