"""Addresses that end in a text of any characters, as the name of an activity, which may have a line break."""

from django.urls import register_converter


class AnyText:
    """As Django's `path`, whose dot does not stand for a line break."""

    regex = "(?s:.+)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AnyText, "any_text")
