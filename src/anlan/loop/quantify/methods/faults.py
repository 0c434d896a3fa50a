"""All faults of what a method was given, raised together."""

from typing import Any

from anlan.domain.errors import RefusedInput, Several

MOST = 500
"""Faults that are told; a file that has nothing to do with what was asked may hold a hundred thousand."""


class RefusedInputs(Several, RefusedInput):
    """The inputs of a method are not acceptable: one error for each place, in the order found."""


class Faults:
    """Collects what is wrong, so that a user sees everything at once."""

    def __init__(self) -> None:
        self._found: list[RefusedInput] = []

    def add(self, code: str, *, where: str, **parameters: Any) -> None:
        """A fault said by `errors.<code>`; `where`: the place as written, `events[3].probability`."""
        if len(self._found) < MOST:
            self._found.append(RefusedInput(code, where=where, **parameters))

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_any(self) -> None:
        """Errors: RefusedInputs with all faults, where there are any."""
        if self._found:
            raise RefusedInputs("method.inputs", tuple(self._found))
