"""What an interval of yearly losses says: how sure the mean is, or where most years lie.

From a log the limits are those of the mean; from estimates of people they hold a share of all years. The
two differ by a factor of ten and more, so no interval stands anywhere without these words.
"""

from collections.abc import Iterable

from anlan.web.common.texts import text
from anlan.web.risks.models import Assessment, Risk
from anlan.web.risks.selectors import newest_current

_FROM_A_LOG = {"level": 0.95, "of": "mean"}


def interval_words(assessment: Assessment, *, short: bool = False) -> str:
    """`95 % interval of the mean` or `90 % of years`; `short` for the narrow cell of a page."""
    kept = assessment.values.get("interval", _FROM_A_LOG)
    place = "trend" if short else "reports"
    return text(f"{place}.interval_{kept['of']}", percent=f"{100 * kept['level']:g}")


def words_of_risks(risks: Iterable[Risk], *, short: bool = False) -> dict[int, str]:
    """Risk (by key) -> words of its current interval, for those that have one; one query."""
    with_limits = [risk.pk for risk in risks if risk.annual_loss_low is not None]
    newest = newest_current().filter(risk__in=with_limits)
    found = Assessment.objects.filter(pk__in=newest).only("risk_id", "values")
    return {assessment.risk_id: interval_words(assessment, short=short) for assessment in found}
