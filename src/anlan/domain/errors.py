"""Errors as a code with parameters; the edges say them in Chinese or English.

A message has five parts: what is wrong, where, what was found, what is accepted, what to do next.
The texts live in `locale/<language>/errors.toml` under the error's code.
"""

from typing import Any


class AnlanError(Exception):
    """Base of every error Anlan raises on purpose.

    `code` names the message (`"log.no_case_column"`), `parameters` fill it.
    """

    exit_code = 3

    def __init__(self, code: str, **parameters: Any) -> None:
        self.code = code
        self.parameters = parameters
        details = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
        super().__init__(f"{code}({details})")

    @property
    def several(self) -> "tuple[AnlanError, ...]":
        """The errors this one stands for, where it reports all faults of something at once."""
        return ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.parameters)


class Several(AnlanError):  # noqa: N818 - says what it is
    """All faults of something, told at once."""

    def __init__(self, code: str, faults: "tuple[AnlanError, ...]") -> None:
        super().__init__(code, faults=faults)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.several)

    @property
    def several(self) -> "tuple[AnlanError, ...]":
        found: tuple[AnlanError, ...] = self.parameters["faults"]
        return found


def _rebuild(kind: type[AnlanError], code: str, parameters: dict[str, Any]) -> AnlanError:
    return kind(code, **parameters)


class UsageError(AnlanError):
    """The request itself cannot be understood or contradicts itself."""

    exit_code = 2


class RefusedInput(AnlanError):  # noqa: N818 - the field speaks of refused files
    """A file or value is not acceptable as a whole; nothing was written."""

    exit_code = 3


class TooManyBadRows(AnlanError):  # noqa: N818
    """Reading stopped because of bad rows, as the caller asked."""

    exit_code = 4


class NotEnoughData(AnlanError):  # noqa: N818
    """An analysis cannot answer from these data; the parameters say what it would need."""

    exit_code = 3
