"""What stands beside a figure of loss: what is counted, how the year was scaled, which interval is meant."""

import copy
import re
from typing import Any

import pytest

from anlan.formats.report import render_report
from anlan.formats.report.loss_words import scaled_from, what_counts, work_included
from anlan.formats.report.words import Words
from formats.report.sample_result import sample_result

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def _changed(**parts: dict[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(sample_result())
    for name, values in parts.items():
        result[name].update(values)
    return result


def _intake(days: float) -> dict[str, Any]:
    return {"intake": {"first": "2026-01-01", "last": "2026-03-02", "days": days, "cases_per_year": 100.0}}


def _text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).replace("\u00a0", " ")


@LANGUAGES
def test_a_year_scaled_from_sixty_days_says_so_on_page_one(language: str) -> None:
    result = _changed(portfolio=_intake(60.0))
    words = Words(language)
    said = scaled_from(result["portfolio"], words)
    assert "60" in said
    assert "×6.09" in said
    assert said in _text(render_report(result, language=language))


@LANGUAGES
def test_a_window_of_a_year_needs_no_word_about_scaling(language: str) -> None:
    assert scaled_from(_changed(portfolio=_intake(364.0))["portfolio"], Words(language)) == ""


@LANGUAGES
def test_page_one_says_which_normal_is_not_counted(language: str) -> None:
    words, said = Words(language), {}
    for kind, sources in (
        ("observed", ("observed", "fixed_wait")),
        ("mixed", ("observed", "promise")),
        ("promise", ("promise", "promise")),
    ):
        result = _changed(portfolio={"share_of_recorded_time": 0.25})
        for i, activity in enumerate(result["process"]["activities"]):
            activity["normal_source"] = sources[i % 2]
        said[kind] = what_counts(result, words)
        assert words(f"conclusion.normal_{kind}") in said[kind]
        assert said[kind].replace("\u00a0", " ") in _text(render_report(result, language=language))
    assert len(set(said.values())) == 3


@LANGUAGES
def test_a_log_without_start_times_says_that_the_work_itself_is_in_the_time(language: str) -> None:
    words = Words(language)
    share = {"share_of_recorded_time": 0.25}
    without = _changed(portfolio=share, log={"has_start": False})
    assert {"zh": "时限", "en": "a limit"}[language] in work_included(without, words)
    assert work_included(_changed(portfolio=share, log={"has_start": True}), words) == ""


@LANGUAGES
def test_the_interval_of_the_mean_and_the_spread_of_years_are_told_apart(language: str) -> None:
    text = _text(render_report(sample_result(), language=language))
    lead = text[: text.index("CVaR")]
    assert re.search(r"95 ?%", lead)
    assert re.search(r"90 ?%", lead)


@LANGUAGES
def test_on_a_working_calendar_no_duration_is_told_in_days_of_24_hours(language: str) -> None:
    elapsed = render_report(sample_result(), language=language)
    working = render_report(_changed(log={"clock": "office"}), language=language)
    unit, days = ("工作小时", r"\d\u00a0天") if language == "zh" else ("working h", r"\d\u00a0d\b")
    assert unit not in _text(elapsed)
    assert unit in _text(working)
    assert not re.search(days, re.sub(r"<[^>]+>", "", working))


def test_durations_of_a_column_share_one_unit() -> None:
    text = _text(render_report(sample_result(), language="en"))
    table = text[text.index("FromToCount") :][:2000]
    assert re.match(r"FromToCountMean, minMedian, minP95, min", table)
