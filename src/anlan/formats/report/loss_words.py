"""What is said about the yearly loss wherever it stands: report, terminal, workbook.

Three things a figure of loss does not show by itself: what is counted as lost, from how many days the year
was scaled, and which interval is meant: that of the mean (95 %, what the log leaves open) or the spread of
single years (90 %).
"""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.words import LossUnit, Words

_DAYS_PER_YEAR = 365.25
_NEARLY_A_YEAR = 0.05
"""A window that differs from a year by less than this share needs no word about scaling."""


def what_counts(result: Mapping[str, Any], words: Words) -> str:
    """What a lost minute is and how much of all recorded time is lost; empty where nothing is counted."""
    portfolio = result["portfolio"]
    share = portfolio["share_of_recorded_time"]
    if portfolio["mean"] is None or share is None:
        return ""
    return words(
        "conclusion.counted",
        normal=words(f"conclusion.normal_{_normal(result)}"),
        share=words.percent(share),
        unit=words(_explained(words)) if portfolio["unit"] == "customer_min" else "",
    )


def work_included(result: Mapping[str, Any], words: Words) -> str:
    """That a step's time holds the work itself, so that a step long by nature weighs in; empty where the
    log has start times or every step was given a limit."""
    if result["log"]["has_start"] or not what_counts(result, words) or _normal(result) == "promise":
        return ""
    return words("conclusion.counted_work")


def _explained(words: Words) -> str:
    return "conclusion.case_hour_working" if words.working else "conclusion.case_hour"


def _normal(result: Mapping[str, Any]) -> str:
    """Whether the normal of the steps was promised, read from the log, or both."""
    activities = result.get("process", {}).get("activities", [])
    sources = {activity.get("normal_source") for activity in activities}
    if "promise" not in sources:
        return "observed"
    return "promise" if sources == {"promise"} else "mixed"


def scaled_from(portfolio: Mapping[str, Any], words: Words) -> str:
    """From how many days of intake the year was scaled, and by how much; empty for a window of a year."""
    intake = portfolio["intake"]
    if portfolio["mean"] is None or intake is None:
        return ""
    factor = _DAYS_PER_YEAR / intake["days"]
    if abs(factor - 1) < _NEARLY_A_YEAR:
        return ""
    return words("conclusion.scaled", days=intake["days"], factor=factor)


def mean_and_years(portfolio: Mapping[str, Any], unit: LossUnit, words: Words) -> dict[str, str]:
    """The mean with the limits of the mean, and the years around it, as parameters of a sentence."""
    return {
        "mean": unit.with_unit(portfolio["mean"], words),
        "limits": words.limits(portfolio["expectation"], divisor=unit.divisor),
        "p05": unit.figure(portfolio["p05"], words),
        "p95": unit.with_unit(portfolio["p95"], words),
        "cvar": unit.with_unit(portfolio["cvar95"], words),
    }
