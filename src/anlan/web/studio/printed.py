"""A comparison of designs as a report to print: conclusion, figures, changes, pictures, origin."""

from anlan.formats.printing import Document, Page, Pairs, Picture, Prose, Table
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.risks.reports import shown as report_parts
from anlan.web.risks.reports.signing import signatures
from anlan.web.runs.results import result_of
from anlan.web.studio.comparison import ComparisonShown, comparison_shown
from anlan.web.studio.models import DesignComparison
from anlan.web.studio.pictures import Matrix, matrix_shown, picture_of
from anlan.web.studio.shown import trust_of
from anlan.web.studio.told import changes_said


def comparison_report(user: User, of: DesignComparison) -> Document:
    """The report of a finished comparison, in the language in force.

    Errors: RefusedInput where the result is gone or was altered.
    """
    result = result_of(of.run)
    told, matrix = comparison_shown(result, of.designs), matrix_shown(result["found"])
    pages = [
        Page("", (Prose(text("studio.compare.conclusion"), "\n".join(told.conclusions)), _figures(told))),
        Page(text("studio.design.changes"), (_changes(of), *_drawings(of, matrix))),
        Page(text("studio.printed.basis"), (_basis(of, told), signatures())),
    ]
    scope = f"{of.code} · {of.run.code} · SHA-256 {of.run.result_sha256[:16]}…"
    return Document(
        text("studio.compare.title"), of.title or f"{in_language(of.twin.process)} {of.code}", language(),
        tuple(pages), report_parts.footer(user, scope), wide=True,
    )  # fmt: skip


def _figures(told: ComparisonShown) -> Table:
    """Each figure as it is, then each design's difference with interval and verdict."""
    heads = [text("studio.compare.figure"), text("studio.compare.as_is")]
    heads += [f"{column.letter} {column.name}" for column in told.columns]
    rows = []
    for row in told.rows:
        cells = [
            " ".join(part for part in (each.value, each.within, each.said) if part) for each in row.cells
        ]
        rows.append((f"{row.name} ({row.unit})", f"{row.as_is} {row.within}".strip(), *cells))
    widths = (1.6, 1.3, *(2.0 for _ in told.columns))
    return Table(text("studio.compare.table"), tuple(heads), tuple(rows),
                 tuple(width / sum(widths) for width in widths),
                 note=f"{text('studio.compare.paired')}. {told.replications}")  # fmt: skip


def _changes(of: DesignComparison) -> Table:
    rows = [
        (each["name"], change.operator, change.said, change.cost or "—")
        for each in of.designs for change in changes_said(each["changes"])
    ]  # fmt: skip
    heads = (text("studio.heads.name"), text("studio.design.operator"), text("studio.design.changes"),
             text("studio.heads.cost"))  # fmt: skip
    return Table(text("studio.design.title"), heads, tuple(rows), (0.25, 0.15, 0.4, 0.2))


def _drawings(of: DesignComparison, matrix: Matrix | None) -> tuple[Picture | Table, ...]:
    times = Picture(text("studio.compare.lies"), picture_of(of, "times"), text("studio.compare.lies"), 0.5)
    if matrix is None:
        return (times,)
    rows = tuple(
        (
            f"{each.letter} {each.name}",
            f"{each.gain} {each.within}".strip(),
            each.effort,
            each.cost,
            each.changed,
        )
        for each in matrix.rows
    )
    heads = tuple(
        text(f"studio.matrix.heads.{name}") for name in ("name", "gain", "effort", "cost", "changed")
    )
    return (
        times,
        Picture(text("studio.matrix.title"), picture_of(of, "matrix"), text("studio.matrix.help"), 0.6),
        Table(text("studio.matrix.title"), heads, rows, (0.28, 0.24, 0.14, 0.18, 0.16)),
    )


def _basis(of: DesignComparison, told: ComparisonShown) -> Pairs:
    """Where it can be recomputed from."""
    run, twin = of.run, of.twin
    trust = trust_of(twin.card)
    rows = (
        (text("studio.heads.process"), in_language(twin.process)),
        (text("studio.heads.twin"), str(twin)),
        (text("studio.heads.trust"), text(f"studio.verdicts.{trust.verdict}")),
        (text("trace.kinds.run"), run.code),
        (text("studio.compare.by"), told.by),
        (text("studio.printed.replications"), told.replications),
        (text("reports.of_run.by"), report_parts.person(run.created_by)),
        (text("reports.of_run.at"), report_parts.moment(run.finished_at)),
        (text("runs.fields.result_sha256"), run.result_sha256),
    )
    return Pairs(rows, columns=2)
