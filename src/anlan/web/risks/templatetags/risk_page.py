"""Tags of a risk's page."""

from django import template

from anlan.web.common.texts import text
from anlan.web.risks.models import Assessment

register = template.Library()
_FROM_A_LOG = {"level": 0.95, "of": "mean"}


@register.filter
def interval_words(assessment: Assessment) -> str:
    """What the interval of the yearly loss says: `95 % interval` of the mean, or `90 % of years`."""
    kept = assessment.values.get("interval", _FROM_A_LOG)
    return text(f"trend.interval_{kept['of']}", percent=f"{100 * kept['level']:g}")
