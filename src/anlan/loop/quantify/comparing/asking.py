"""Methods asked by another one, which tells what they refuse at its own places."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.domain.method import Answer, Quantity
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs


class Asking:
    """Asks methods with one seed and collects their faults."""

    def __init__(self, *, seed: int, faults: Faults) -> None:
        self.seed, self.faults = seed, faults

    def of(self, code: str, given: Mapping[str, Any], places: Mapping[str, str]) -> Answer | None:
        """The method's answer; None with faults. places: how the method's places begin -> the asker's."""
        asked = method(code)
        try:
            return asked.run(read_inputs(asked.fields, given), seed=self.seed)
        except RefusedInput as error:
            self._tell(error, places)
            return None

    def of_read(self, code: str, read: Mapping[str, Any], places: Mapping[str, str]) -> Answer | None:
        """The same for inputs that are read already; what is not among them holds by default."""
        asked = method(code)
        rest = {each.name: each.default for each in asked.fields}
        try:
            return asked.run(rest | dict(read), seed=self.seed)
        except RefusedInput as error:
            self._tell(error, places)
            return None

    def _tell(self, error: AnlanError, places: Mapping[str, str]) -> None:
        for fault in error.several or (error,):
            told = dict(fault.parameters)
            where = str(told.pop("where", ""))
            start = max((each for each in places if where.startswith(each)), key=len, default="")
            self.faults.add(fault.code, where=places.get(start, "") + where[len(start) :], **told)


def named(answer: Answer, name: str) -> Quantity | None:
    """The quantity of that name, where the answer has it."""
    return next((each for each in answer.quantities if each.name == name), None)
