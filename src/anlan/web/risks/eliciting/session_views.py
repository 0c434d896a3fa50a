"""The leader's page of a session whose experts answer a sheet."""

from typing import Any

from anlan.loop.quantify.elicitation.sheet import Content
from anlan.loop.quantify.elicitation.tree import from_the_top
from anlan.web.common.texts import text, word
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.eliciting.lines import Line, written
from anlan.web.risks.eliciting.outcome import (
    answer_rows,
    drawn,
    ended_round,
    left_out_words,
    outcome_of,
    pictures,
    progress_of,
)
from anlan.web.risks.models import Workshop
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.risks.services.sheets import sheet_of
from anlan.web.runs.models import Run


def sheet_page(found: Workshop, user: User, *, may_lead: bool) -> dict[str, Any]:
    """What the page shows beside the facts of every session."""
    number = ended_round(found)
    page: dict[str, Any] = {
        "sheet": True, "asks": asks(found, may_lead=may_lead), "number": number,
        "progress": progress_of(found) if found.state == Workshop.State.OPEN else [],
        "run": _run(found, user), "n_questions": found.items.count(),
    }  # fmt: skip
    if number < 1:
        return page
    outcome = outcome_of(found, number)
    experts, rows = answer_rows(found, outcome)
    return page | {
        "outcome": outcome, "tables": drawn((*outcome.tables, *outcome.agreement)),
        "folded": drawn(outcome.folded), "notes": [*outcome.warnings, *left_out_words(outcome)],
        "pictures": pictures(outcome),
        "experts_shown": experts, "answer_rows": rows,
    }  # fmt: skip


def _run(found: Workshop, user: User) -> Run | None:
    if found.run_id is None:
        return None
    return in_scope(Run.objects.filter(pk=found.run_id), user, "runs.view").first()


def content_shown(found: Workshop, *, may_lead: bool) -> dict[str, Any]:
    """What the sheet holds, as it was given; the truth of a seed question as in `asks`."""
    content: dict[str, Any] = dict(found.content)
    if "seeds" in content and not may_lead and found.state != Workshop.State.CLOSED:
        content["seeds"] = [{k: v for k, v in row.items() if k != "truth"} for row in content["seeds"]]
    return content


def asks(found: Workshop, *, may_lead: bool) -> list[tuple[str, str, bool]]:
    """What the sheet holds: label, text, whether it stands on lines of its own. The truth of a seed question
    stays with the leader until the session is closed."""
    content = sheet_of(found)
    truth = may_lead or found.state == Workshop.State.CLOSED
    return {
        "ahp_pairs": _of_pairs, "fuzzy_sheet": _of_grades, "score_sheet": _of_scores,
        "cooke": lambda each: _of_quantiles(each, truth=truth),
    }[kind_of(found.kind).code](content)  # fmt: skip


def _label(name: str) -> str:
    return text(f"workshops.new.{name}")


def _of_pairs(content: Content) -> list[tuple[str, str, bool]]:
    items = written([Line(row["name"], row["parent"], ()) for row in from_the_top(content["items"])])
    rows = [(_label("goal"), content["goal"], False), (_label("items"), items, True)]
    if content["alternatives"]:
        rows.append((_label("alternatives"), "\n".join(content["alternatives"]), True))
        rows.append((_label("synthesis"), _choice("ahp", "synthesis", content), False))
    return [*rows, (_label("group"), _choice("ahp", "group", content), False)]


def _choice(code: str, name: str, content: Content) -> str:
    return word(f"method_choices.{code}.{name}.{content[name]}") or str(content[name])


def _of_grades(content: Content) -> list[tuple[str, str, bool]]:
    rows = from_the_top(content["factors"])
    factors = written([Line(row["name"], row["parent"], (f"{row['weight']:.4g}",)) for row in rows])
    comma = text("common.comma")
    return [
        (_label("factors"), factors, True), (_label("grades"), comma.join(content["grades"]), False),
        (_label("operator"), _choice("fuzzy_evaluation", "operator", content), False),
        (_label("principle"), _choice("fuzzy_evaluation", "principle", content), False),
    ]  # fmt: skip


def _of_scores(content: Content) -> list[tuple[str, str, bool]]:
    lines = "\n".join(f"{row['name']} | {row['weight']:g}" for row in content["indicators"])
    return [(_label("indicators"), lines, True),
            (_label("scale"), f"{content['low']:g}–{content['high']:g}", False)]  # fmt: skip


def _of_quantiles(content: Content, *, truth: bool) -> list[tuple[str, str, bool]]:
    def line(row: Any) -> str:
        known = [f"{row['truth']:g}"] if truth and "truth" in row else []
        return " | ".join([row["question"], *known, row["unit"], *(["log"] if row["scale"] == "log" else [])])

    return [(_label(name), "\n".join(map(line, content[name])), True) for name in ("seeds", "targets")]
