"""The answers of a twin as a form: those it has, those that were sent, what is wrong, what would change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from anlan.domain.errors import AnlanError
from anlan.formats.spec_file import spec_text
from anlan.loop.improve.twin.differences import differences
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.studies.methods.spec import SPEC
from anlan.studies.twin.plain import plain_inputs
from anlan.web.catalog.models import Process
from anlan.web.common.texts import text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.runs.methods.answers import given_of
from anlan.web.runs.methods.pasted import document_of
from anlan.web.runs.methods.questions import (
    MOST_BOXES,
    Question,
    boxes_needed,
    faults_by_place,
    names_to_choose,
    questions_of,
)
from anlan.web.studio.maps import change_drawing
from anlan.web.studio.models import Twin
from anlan.web.studio.places import fault_said
from anlan.web.studio.services.checking import METHOD
from anlan.web.studio.services.editing import checked_inputs
from anlan.web.studio.told import DifferenceSaid, differences_said

_WHOLE = tuple(each.name for each in FIELDS if each.kind not in ("table", "record"))
_MOST_SEED = 2**63 - 1


@dataclass
class Edited:
    """The form as it stands. by_text: written as a spec rather than in boxes."""

    inputs: Mapping[str, Any]
    seed: int
    note: str = ""
    text: str = ""
    by_text: bool = False
    faults: tuple[AnlanError, ...] = field(default=())

    @classmethod
    def begun(cls, twin: Twin) -> "Edited":
        return cls(twin.inputs, twin.seed)

    @classmethod
    def sent(cls, twin: Twin, sent: QueryDict) -> "Edited":
        """What was filled in, from the boxes or from the text; checked."""
        note, as_text = sent.get("note", ""), sent.get("as_text", "")
        seed = whole_number(sent.get("seed", ""), most=_MOST_SEED)
        made = cls(twin.inputs, twin.seed if seed is None else seed, note, as_text, sent.get("by") == "text")
        try:
            made._read(sent)
            checked_inputs(made.inputs, seed=made.seed)
        except AnlanError as error:
            made.faults = error.several or (error,)
        return made

    def _read(self, sent: QueryDict) -> None:
        if not self.by_text:
            self.inputs = given_of(FIELDS, sent)
            return
        document = document_of(self.text, method=METHOD)
        self.inputs = document.get("inputs", {})
        if isinstance(document.get("seed"), int):
            self.seed = document["seed"]


def edited_page(twin: Twin, edited: Edited) -> dict[str, Any]:
    """What the page shows of the form."""
    faults = faults_by_place(edited.faults, _said(edited))
    as_boxes = isinstance(edited.inputs, Mapping) and boxes_needed(FIELDS, edited.inputs) <= MOST_BOXES
    questions = questions_of(METHOD, FIELDS, edited.inputs, faults) if as_boxes else []
    names = {each.name for each in FIELDS}
    return {
        "twin": twin, "edited": edited, "as_boxes": as_boxes,
        "tables": [each for each in questions if not _is_whole(each)],
        "whole": [each for each in questions if _is_whole(each)],
        "to_choose": names_to_choose(FIELDS, edited.inputs) if as_boxes else {},
        "n_faults": sum(len(texts) for texts in faults.values()),
        "other_faults": [
            said for where, texts in faults.items() for said in texts
            if where.replace("[", ".").split(".")[0] not in names
        ],
        "as_text": edited.text or spec_text(_document(edited)),
    }  # fmt: skip


def _said(edited: Edited) -> Callable[[AnlanError], str]:
    """A fault in the words of the boxes; of a text with the place that the text has as well."""
    inputs = edited.inputs if isinstance(edited.inputs, Mapping) else {}

    def said(fault: AnlanError) -> str:
        sentence, where = fault_said(fault, inputs=inputs), fault.parameters.get("where")
        if not (edited.by_text and where) or str(where) in sentence:
            return sentence
        return text("studio.places.in_text", said=sentence, where=where)

    return said


def _is_whole(question: Question) -> bool:
    return question.name.rpartition(".")[2] in _WHOLE


def _document(edited: Edited) -> dict[str, Any]:
    return {"schema": SPEC, "method": METHOD, "seed": edited.seed, "inputs": plain_inputs(edited.inputs)}


def looked(twin: Twin, edited: Edited) -> dict[str, Any]:
    """What would be other than in the twin: in sentences and in a picture. Only of answers without faults."""
    before, after = plain_inputs(twin.inputs), plain_inputs(edited.inputs)
    changes = differences(before, after)
    return {"differences": differences_said(changes), "picture": change_drawing(before, after, changes)}


def changed_from(twin: Twin) -> list[DifferenceSaid]:
    """What is other than in the twin it is based on, in sentences."""
    if twin.based_on is None:
        return []
    return differences_said(differences(plain_inputs(twin.based_on.inputs), plain_inputs(twin.inputs)))


def changed_in_force(process: Process, inputs: Mapping[str, Any]) -> list[DifferenceSaid]:
    """What is other than in the twin in force, in sentences; nothing where none is."""
    in_force = process.twins.filter(in_force=True).first()
    if in_force is None:
        return []
    return differences_said(differences(plain_inputs(in_force.inputs), plain_inputs(inputs)))
