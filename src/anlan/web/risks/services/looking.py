"""Looking for risks without a log: walk the pack's checklist, take in what people reported.

1. Every question of the checklist is answered `yes` (in place), `no` or `unclear`; each of the last two
   becomes a candidate at the nodes of the risks that the question guards.
2. A question that failed before and waits for triage is not doubled: its candidate gets the new note.
3. Each line of feedback becomes a candidate at the node chosen for it; the same words twice are one.
4. What was asked, answered and found stays as the record of the identification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.domain.pack import Pack, PackCheck
from anlan.formats.messages import messages
from anlan.formats.packs import PACK_CODES, load_pack
from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.selectors import process_page
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import CATEGORIES, Candidate, Identification
from anlan.web.risks.services.triage import report_candidate

ANSWERS = ("yes", "no", "unclear")
MOST_LINES, LONGEST_LINE, LONGEST_NOTE = 200, 400, 400
_TITLE = 60


@dataclass(frozen=True)
class Answer:
    """To one question: one of `ANSWERS`, and what was seen."""

    answer: str
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A line of feedback with the node (its key, empty for none) and category chosen for it."""

    words: str
    node: str = ""
    category: str = "customer"


def checklist_of(process: Process) -> Pack | None:
    """The process's pack, where it has questions."""
    pack = load_pack(process.pack) if process.pack in PACK_CODES else None
    return pack if pack and pack.checks else None


@transaction.atomic
def walk_checklist(
    process: Process, answers: Mapping[str, Answer], *, actor: User, people: str = ""
) -> Identification:
    """answers: code of the question -> answer; questions left out were not looked at."""
    require(actor, "risks.report", process.unit)
    pack = checklist_of(process)
    if pack is None:
        raise UsageError("looking.no_checklist", process=process.code)
    _check(pack, answers)
    made = _begin(process, "checklist", actor, people, f"{pack.code} · {len(answers)}/{len(pack.checks)}")
    nodes = {node.pack_node: node for node in process_page(process).nodes if node.pack_node}
    for check in pack.checks:
        if check.code in answers:
            made.entries.append(_walked(made, pack, check, answers[check.code], nodes))
    return _end(made)


def _check(pack: Pack, answers: Mapping[str, Answer]) -> None:
    known = {check.code for check in pack.checks}
    for code, given in answers.items():
        if code not in known:
            raise UsageError("looking.question", found=code[:20], accepted=", ".join(sorted(known)))
        if given.answer not in ANSWERS:
            raise UsageError("looking.answer", found=given.answer[:20], accepted=", ".join(ANSWERS))
    if not answers:
        raise UsageError("looking.nothing")


def _walked(
    made: Identification, pack: Pack, check: PackCheck, given: Answer, nodes: Mapping[str, Node]
) -> dict[str, Any]:
    """The entry of a question, with the candidate where it is not in place."""
    guarded = [risk for risk in pack.risks if risk.code in check.risks]
    names = [nodes[risk.node].name for risk in guarded if risk.node in nodes]
    note = given.note.strip()[:LONGEST_NOTE]
    entry = {
        "code": check.code, "title": {"zh": check.title.zh, "en": check.title.en}, "answer": given.answer,
        "note": note, "nodes": list(dict.fromkeys(names)), "candidate": "",
    }  # fmt: skip
    if given.answer != "yes":
        category = guarded[0].category if guarded else "management"
        entry["candidate"] = _of_check(made, entry, category).code
    return entry


def _of_check(made: Identification, entry: Mapping[str, Any], category: str) -> Candidate:
    waiting = Candidate.objects.filter(
        process=made.process, source="checklist", state=Candidate.State.NEW,
        content__check=entry["code"],
    ).first()  # fmt: skip
    content = {"check": entry["code"], "identification": made.code, "answer": entry["answer"],
               "note": entry["note"]}  # fmt: skip
    if waiting is None:
        return report_candidate(
            unit=made.unit, process=made.process, title=entry["title"], statement=_statement(entry),
            category=category, nodes=entry["nodes"], source="checklist", actor=made.created_by,
            content=content,
        )  # fmt: skip
    before = waiting.content
    waiting.content, waiting.statement = before | content, _statement(entry)
    waiting.updated_by = made.created_by
    waiting.save(update_fields=["content", "statement", "updated_by", "updated_at"])
    changes = changes_between({name: before.get(name) for name in content}, content)
    record("risks.candidate.report", actor=made.created_by, target=waiting, changes=changes)
    return waiting


def _statement(entry: Mapping[str, Any]) -> dict[str, str]:
    """The question with its answer, and what was seen."""
    return {
        code: messages(code)
        .text(f"web.looking.found.{entry['answer']}", question=entry["title"][code], note=entry["note"])
        .strip()
        for code in ("zh", "en")
    }


@transaction.atomic
def take_feedback(
    process: Process, reports: Sequence[Report], *, actor: User, people: str = "", sources: str = ""
) -> Identification:
    """Lines of complaints, surveys, visits; each becomes a candidate."""
    require(actor, "risks.report", process.unit)
    unique = {report.words.strip(): report for report in reports if report.words.strip()}
    if not unique:
        raise UsageError("looking.no_lines")
    if len(unique) > MOST_LINES:
        raise too_many(len(unique))
    nodes = {node.key: node for node in process_page(process).nodes}
    made = _begin(process, "feedback", actor, people, sources)
    for words, report in unique.items():
        made.entries.append(_reported(made, words, report, nodes))
    return _end(made)


def _reported(made: Identification, words: str, report: Report, nodes: Mapping[str, Node]) -> dict[str, Any]:
    if len(words) > LONGEST_LINE:
        raise UsageError("looking.line", found=words[:40], n=len(words), limit=LONGEST_LINE)
    if report.node and report.node not in nodes:
        raise UsageError("looking.node", found=report.node[:40], accepted=", ".join(nodes) or "—")
    if report.category not in CATEGORIES:
        raise UsageError("appetite.category", found=report.category[:20], accepted=", ".join(CATEGORIES))
    names = [nodes[report.node].name] if report.node else []
    found = report_candidate(
        unit=made.unit, process=made.process, title=words if len(words) <= _TITLE else f"{words[:_TITLE]}…",
        statement=words, category=report.category, nodes=names, source="feedback", actor=made.created_by,
        content={"identification": made.code},
    )  # fmt: skip
    return {"title": {"zh": words, "en": words}, "answer": "", "note": "", "nodes": names,
            "code": "", "candidate": found.code}  # fmt: skip


def _begin(process: Process, method: str, actor: User, people: str, sources: str) -> Identification:
    return Identification.objects.create(
        code=next_code("I"), unit=process.unit, process=process, method=method, people=people.strip()[:300],
        sources=sources.strip()[:300], created_by=actor, updated_by=actor,
    )  # fmt: skip


def _end(made: Identification) -> Identification:
    made.save(update_fields=["entries"])
    found = sum(bool(entry["candidate"]) for entry in made.entries)
    record(f"risks.identification.{made.method}", actor=made.created_by, target=made,
           changes={"entries": (0, len(made.entries)), "candidates": (0, found)})  # fmt: skip
    return made


def text_of(content: bytes, *, name: str, limit: int) -> str:
    """A text file in UTF-8 or GBK."""
    if len(content) > limit:
        raise UsageError("looking.file_size", name=name[-80:], limit=limit)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError("looking.file", name=name[-80:])


def too_many(n: int) -> UsageError:
    return UsageError("looking.too_many", n=n, limit=MOST_LINES)
