"""What a session's sheet holds, and what it takes over from a run."""

from collections.abc import Mapping
from typing import Any

from anlan.loop.quantify.elicitation.sheet import Content, Sheet, read_content
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.values import check_values
from anlan.web.risks.models import Workshop, WorkshopItem
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of


def sheet_of(workshop: Workshop) -> Content:
    """The content as the functions of the sheet take it."""
    kind = kind_of(workshop.kind)
    assert kind.sheet is not None
    return read_inputs(kind.sheet.fields, workshop.content)


def items_of(sheet: Sheet, content: Mapping[str, Any]) -> list[WorkshopItem]:
    """A row for each question, without the session yet. Errors: as `read_content`."""
    check_values(content)
    asked = sheet.questions(read_content(sheet, content))
    return [
        WorkshopItem(
            position=position,
            question={"part": each.part, "names": list(each.names), "facts": dict(each.facts)},
        )
        for position, each in enumerate(asked)
    ]


def factors_from(run: Run) -> list[dict[str, Any]]:
    """The criteria of a finished AHP run as indicators with their weights among their siblings, those above
    first; its alternatives are left out."""
    result = result_of(run)
    given = result["inputs"]
    rule = given.get("weights_by", "eigenvector")
    [table] = [each for each in result["tables"] if each["name"] == "local_weights"]
    names = [column["name"] for column in table["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
    others = {str(name) for name in given.get("alternatives") or ()}
    criteria = [row for row in rows if row["part"] not in others]
    parts = {row["part"] for row in criteria}
    return [
        {"name": row["part"], "parent": row["of"] if row["of"] in parts else "", "weight": row[rule]}
        for row in criteria
    ]
