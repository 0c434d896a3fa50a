"""What the pages of the blueprint and the journey show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from anlan.domain.design.service_view import ServiceView, Stage, StepFacts, stages_of, touchpoints_of
from anlan.formats.report.charts.tables import ChartTable
from anlan.formats.report.levels import Levels
from anlan.formats.report.service import (
    blueprint_drawing,
    blueprint_rows,
    blueprint_sheets,
    journey_drawing,
    journey_rows,
    said,
)
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Words
from anlan.loop.key_nodes.moments import Moment
from anlan.studies.service_view import moments_of, service_view
from anlan.web.catalog import drafting, hooks
from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.catalog.nodes.services import may_keep
from anlan.web.catalog.process_map import NodeRow, figures_of
from anlan.web.catalog.process_map.figures import NodeFigures
from anlan.web.catalog.selectors import process_page
from anlan.web.catalog.standards.selectors import Wanted, current_standards, shares_of
from anlan.web.common.texts import in_language, language
from anlan.web.people.models import User


@dataclass(frozen=True)
class ServicePage:
    """The version in force (the newest, where none is) as its steps serve the customer."""

    user: User
    process: Process
    figures: NodeFigures
    view: ServiceView
    today: date

    @property
    def version(self) -> ProcessVersion | None:
        return self.figures.page.version

    @property
    def words(self) -> Words:
        return self.figures.words

    @property
    def levels(self) -> Levels:
        return self.figures.levels

    @property
    def may_tell(self) -> bool:
        """Whether the person can say here which lane a step stands in."""
        in_force = self.version is not None and self.version.status == ProcessVersion.Status.IN_FORCE
        return in_force and may_keep(self.user, self.process)

    @property
    def by(self) -> str:
        return self.words(f"service.by.{self.view.by}")

    @property
    def gaps(self) -> bool:
        """Whether times hold the work too, because the log has no starts."""
        return any(step.wait_kind == "gap" for step in self.view.facts.values())

    @property
    def blueprint(self) -> SafeString:
        return mark_safe(
            blueprint_drawing(
                self.view,
                words=self.words,
                levels=self.levels,
                theme="page",
                most_columns=None,
                address=self._address,
            )
        )

    @property
    def journey(self) -> SafeString:
        return mark_safe(
            journey_drawing(self.view, self.moments, words=self.words, levels=self.levels, theme="page")
        )

    def blueprint_file(self, theme: Theme = "light") -> str:
        return blueprint_drawing(self.view, words=self.words, levels=self.levels, theme=theme)

    def journey_file(self, theme: Theme = "light") -> str:
        return journey_drawing(self.view, self.moments, words=self.words, levels=self.levels, theme=theme)

    def sheets(self) -> list[str]:
        return blueprint_sheets(self.view, words=self.words, levels=self.levels)

    def table(self, kind: str) -> ChartTable:
        if kind == "blueprint":
            return blueprint_rows(self.view, self.words, self.levels)
        return journey_rows(self.view, self.moments, self.words, self.levels)

    @cached_property
    def moments(self) -> list[Moment]:
        return moments_of(self.view.columns)

    @property
    def parts(self) -> list[str]:
        """Parts of the formula that have data."""
        return list(self.moments[0].parts) if self.moments else []

    @cached_property
    def stages(self) -> list[Stage]:
        return stages_of(touchpoints_of(self.view.columns))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Steps for the table of the blueprint, with words for their figures."""
        columns = self.view.path.columns
        return [
            self._said(step)
            | {
                "place": columns.index(step.key) + 1 if step.key in columns else None,
                "loose": step.key in self.view.path.loose,
                "back": [self.view.facts[key].name for key in self.view.path.back.get(step.key, ())],
            }
            for step in self.view.in_order
        ]

    @property
    def points(self) -> list[dict[str, Any]]:
        """Touchpoints for the table of the journey. number: of the stage, where it begins."""
        ranked = {moment.key: moment for moment in self.moments}
        rows = []
        for number, stage in enumerate(self.stages, 1):
            for place, point in enumerate(stage.touchpoints):
                rows.append(
                    self._said(point.step)
                    | {
                        "number": number if place == 0 else None,
                        "behind": point.behind,
                        "behind_time": self.words.duration(point.behind_s),
                        "moment": ranked.get(point.step.key),
                    }
                )
        return rows

    @property
    def leading(self) -> list[dict[str, Any]]:
        """The first moments of truth, with the risks the person may open and the ideas of redesign there."""
        return [
            self._said(self.view.facts[moment.key])
            | {
                "moment": moment,
                "risks": self._openable(moment.key),
                "ideas": self._ideas(moment.key),
                "shares": [(part, share) for part, share in moment.parts.items()],
            }
            for moment in self.moments
            if moment.rank <= 3 and moment.low > 0
        ]

    def _said(self, step: StepFacts) -> dict[str, Any]:
        return {
            "step": step,
            "address": self._address(step.key),
            "times": said.times_said(step, self.words),
            "promise": said.promise_said(step, self.words),
            "within": said.within_said(step.within, self.words),
            "kept": said.kept_said(step),
            "reports": said.count_said(step.reports, self.words),
        }

    def _address(self, key: str) -> str:
        return reverse("catalog:node", args=[self.process.code, key])

    def _openable(self, key: str) -> list[dict[str, Any]]:
        row = self._rows.get(key)
        return [risk for risk in row.risks if "address" in risk] if row else []

    def _ideas(self, key: str) -> list[dict[str, Any]]:
        row = self._rows.get(key)
        names = {row.activity, row.name, key} if row else {key}
        return [idea for idea in self._all_ideas if names & set(idea["nodes"])]

    @cached_property
    def _all_ideas(self) -> list[dict[str, Any]]:
        return [idea for hook in hooks.ideas_of for idea in hook(self.process, self.user)]

    @cached_property
    def _rows(self) -> dict[str, NodeRow]:
        return rows_by_key(self.figures)


def service_page(user: User, process: Process, *, today: date) -> ServicePage:
    shown = process_page(process)
    figures = figures_of(user, process, shown)
    view = service_view(
        drafting.design_of(shown.version),
        name=in_language(process),
        language=language(),
        section=shown.section,
        known=_known(user, process, figures, today),
        activities={
            key_row.activity: key for key, key_row in rows_by_key(figures).items() if key_row.activity
        },
    )
    return ServicePage(user, process, figures, view, today)


def rows_by_key(figures: NodeFigures) -> dict[str, NodeRow]:
    return {row.node.key: row for row in figures.rows if row.node}


def _known(
    user: User, process: Process, figures: NodeFigures, today: date
) -> Mapping[str, Mapping[str, Any]]:
    """What the register, the conformance runs, the reports and the standards know of each node."""
    reports = next((found for hook in hooks.reports_of if (found := hook(process)) is not None), None)
    kept, checked = _standards(user, process, today)
    measured = not figures.overlays["deviation"].missing
    return {
        key: {
            "level": row.level,
            "rank": _rank(row, figures),
            "risks": len(row.risks),
            "deviation": row.figures["deviation"] if measured else None,
            "reports": None if reports is None else reports.get(key, 0),
            "kept": kept[key],
            "checked": checked[key],
        }
        for key, row in rows_by_key(figures).items()
    }


def _rank(row: NodeRow, figures: NodeFigures) -> int | None:
    if not figures.risks:
        return None
    return 1 + figures.levels[row.level].rank if row.level else 0


def _standards(user: User, process: Process, today: date) -> tuple[Counter[str], Counter[str]]:
    """By key of the node: entries that say a standard was kept, and all entries."""
    found = list(current_standards(user, today, Wanted(process=process.code)))
    shares = shares_of(found, today)
    kept: Counter[str] = Counter()
    checked: Counter[str] = Counter()
    for version in found:
        kept[version.node_key] += shares[version.standard_id].kept
        checked[version.node_key] += shares[version.standard_id].n
    return kept, checked
