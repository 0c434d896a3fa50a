"""Values of requests: what is given is checked before anything happens, what is not known is refused."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field


def without_nul(value: str) -> str:
    """No database keeps the character U+0000 in a text."""
    if "\0" in value:
        raise ValueError("nul")
    return value


Text = Annotated[str, AfterValidator(without_nul)]
Line = Annotated[str, Field(max_length=200), AfterValidator(without_nul)]
Code = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(without_nul)]
Long = Annotated[str, Field(max_length=4000), AfterValidator(without_nul)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Given(Schema):
    """The content of a request: unknown fields are refused, so that a typing error is not lost.

    So are NaN and numbers without end, which no answer in JSON can show.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Shown(Schema):
    """A record as the API shows it."""


class Named(Shown):
    """Code and name of a unit, a process."""

    code: str
    name: str
    name_en: str = ""


class Person(Shown):
    """A person as others see them."""

    username: str
    name: str


def named(record: Any) -> dict[str, str] | None:
    return record and {"code": record.code, "name": record.name, "name_en": record.name_en}


def person(user: Any) -> dict[str, str] | None:
    return user and {"username": user.username, "name": user.name}


def file_of(*kinds: str) -> dict[str, Any]:
    """For the description of an endpoint that answers with a file of one of these content types."""
    plain = [kind.partition(";")[0] for kind in kinds]
    content: dict[str, Any] = {
        kind: {"schema": {} if kind == "application/json" else {"type": "string", "contentMediaType": kind}}
        for kind in plain
    }
    return {"responses": {200: {"description": "", "content": content}}}
