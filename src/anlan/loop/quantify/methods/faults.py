"""All faults of what a method was given, raised together."""

from typing import Any

from anlan.domain.errors import RefusedInput


class RefusedInputs(RefusedInput):
    """The inputs of a method are not acceptable. faults: one error for each place, in the order found."""

    def __init__(self, faults: tuple[RefusedInput, ...]) -> None:
        super().__init__("method.inputs", faults=faults)

    def __reduce__(self) -> tuple[Any, ...]:
        return RefusedInputs, (self.several,)

    @property
    def several(self) -> tuple[RefusedInput, ...]:
        """All faults."""
        found: tuple[RefusedInput, ...] = self.parameters["faults"]
        return found


class Faults:
    """Collects what is wrong, so that a user sees everything at once."""

    def __init__(self) -> None:
        self._found: list[RefusedInput] = []

    def add(self, code: str, *, where: str, **parameters: Any) -> None:
        """A fault said by `errors.<code>`; `where`: the place as written, `events[3].probability`."""
        self._found.append(RefusedInput(code, where=where, **parameters))

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_any(self) -> None:
        """Errors: RefusedInputs with all faults, where there are any."""
        if self._found:
            raise RefusedInputs(tuple(self._found))
