"""Words that the studio shares with reports and commands."""

from django import template

from anlan.web.common.texts import word

register = template.Library()


@register.filter
def said_of(figure: str) -> str:
    """A figure of a comparison in words."""
    return word(f"designs.figures.{figure}") or figure
