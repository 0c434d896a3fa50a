"""Sheets for the place of work: risks and controls of each node on one page, and what to check in a shift."""

from collections.abc import Sequence

from anlan.domain.pack import Pack
from anlan.formats.packs import PACK_CODES, load_pack
from anlan.formats.printing import Document, Lines, Page, Pairs, Prose, Table
from anlan.formats.wording import duration
from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.selectors import process_page
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.risks.models import Risk
from anlan.web.risks.reports import shown


def pack_of(process: Process) -> Pack | None:
    """The industry pack the process was made from or assigned to."""
    return load_pack(process.pack) if process.pack in PACK_CODES else None


def node_sheets(user: User, process: Process, risks: Sequence[Risk], *, node: str = "") -> Document:
    """A page a node: its facts, its open risks, the controls that the pack knows for it. `node`: one only."""
    nodes = [n for n in process_page(process).nodes if not node or n.key == node]
    pack = pack_of(process)
    pages = tuple(_node_page(n, [r for r in risks if _at(r, n)], pack) for n in nodes)
    return Document(
        text("reports.kinds.nodes.title"), in_language(process), language(),
        pages or (Page("", (), note=text("catalog.process.no_nodes")),),
        shown.footer(user, process.code), one_page_each=True,
    )  # fmt: skip


def _at(risk: Risk, node: Node) -> bool:
    return bool({node.key, node.name, node.name_en} & set(risk.nodes))


def _node_page(node: Node, risks: list[Risk], pack: Pack | None) -> Page:
    label = lambda name: text(f"catalog.fields.{name}")  # noqa: E731 a short name used many times
    facts = Pairs(
        (
            (label("owner"), shown.person(node.owner)), (label("role"), node.role or shown.NONE),
            (label("channel"), node.channel or shown.NONE),
            (label("sla"), duration(node.sla_s, language())),
            (text("reports.criticality"), str(node.criticality or shown.NONE)),
        ),
        columns=5,
    )  # fmt: skip
    sop = (Prose(text("reports.sop"), node.sop),) if node.sop else ()
    return Page(in_language(node), (facts, *sop, _risks(risks), _controls(node, pack)))


def _risks(risks: list[Risk]) -> Table:
    headings = (*(text(f"risks.fields.{n}") for n in ("code", "title")), text("reports.how_it_happens"),
                *(text(f"risks.fields.{n}") for n in ("level", "owner", "review")))  # fmt: skip
    rows = tuple(
        (
            risk.code, in_language(risk, "title"), shown.statement(risk) or shown.NONE,
            shown.level(risk.level_current, provisional=risk.provisional), shown.person(risk.owner),
            shown.day(risk.next_review_on),
        )
        for risk in risks
    )  # fmt: skip
    return Table(text("reports.risks_here"), headings, rows, (1, 2.3, 4.0, 1.4, 1.1, 1.3),
                 empty=text("reports.no_risks_here"), note=text("reports.star") if rows else "")  # fmt: skip


def _controls(node: Node, pack: Pack | None) -> Table:
    """Controls of the pack's risks at the pack's node, each once, with what they act on and their proof."""
    headings = tuple(text(f"reports.control.{n}") for n in ("code", "kind", "title", "against", "evidence"))
    here = [r for r in pack.risks if r.node == node.pack_node] if pack and node.pack_node else []
    rows = tuple(
        (
            control.code, text(f"reports.control_kinds.{control.kind}"),
            control.title.in_language(language()),
            "\n".join(r.title.in_language(language()) for r in here if control.code in r.controls),
            control.evidence.in_language(language()),
        )
        for control in (pack.controls if pack else ())
        if any(control.code in risk.controls for risk in here)
    )  # fmt: skip
    return Table(text("reports.controls_here"), headings, rows, (1.1, 1.2, 2.9, 2.4, 2.5),
                 empty=text("reports.no_controls_here"),
                 note=text("reports.from_pack") if rows else "")  # fmt: skip


def inspection_sheet(user: User, process: Process) -> Document:
    """What the pack says to check in a shift, to tick and sign on paper."""
    pack, tongue = pack_of(process), language()
    risks = {risk.code: risk for risk in pack.risks} if pack else {}
    names = {node.pack_node: in_language(node) for node in process_page(process).nodes if node.pack_node}
    rows = []
    for i, check in enumerate(pack.checks if pack else (), start=1):
        guarded = [risks[code] for code in check.risks if code in risks]
        nodes = dict.fromkeys(names.get(risk.node, "") for risk in guarded)
        rows.append(
            (
                str(i), check.code, "\n".join(n for n in nodes if n) or shown.NONE,
                check.title.in_language(tongue),
                "\n".join(risk.title.in_language(tongue) for risk in guarded) or shown.NONE,
                text("reports.fine"), text("reports.wrong"), "",
            )
        )  # fmt: skip
    headings = tuple(
        text(f"reports.check.{name}")
        for name in ("number", "code", "node", "item", "risk", "fine", "wrong", "note")
    )
    table = Table("", headings, tuple(rows), (0.45, 1.35, 2.0, 3.0, 2.1, 1.2, 1.4, 1.9),
                  empty=text("reports.no_pack"), boxes=frozenset({5, 6}))  # fmt: skip
    signs = Lines(
        tuple(text(f"reports.sign.{name}") for name in ("date", "shift", "inspector", "taken_over"))
    )
    return Document(
        text("reports.kinds.inspection.title"), in_language(process), tongue,
        (Page("", (signs, table), note=text("reports.check.help")),), shown.footer(user, process.code),
        one_page_each=True,
    )  # fmt: skip
