"""Words about methods on the pages of models."""

from django import template

from anlan.web.common.texts import word

register = template.Library()


@register.filter
def title_of(code: str) -> str:
    """The title of a method."""
    return word(f"methods.{code}.title") or code


@register.filter
def about_of(code: str) -> str:
    """What a method answers."""
    return word(f"methods.{code}.about") or ""
