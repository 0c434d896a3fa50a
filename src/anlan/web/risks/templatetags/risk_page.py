"""Tags of a risk's page."""

from django import template

from anlan.web.risks import intervals
from anlan.web.risks.models import Assessment

register = template.Library()


@register.filter
def interval_words(assessment: Assessment) -> str:
    """What the interval of the yearly loss says: `95 % interval` of the mean, or `90 % of years`."""
    return intervals.interval_words(assessment, short=True)
