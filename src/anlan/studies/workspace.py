"""One log with everything the stages compute from it, each computed once and when first asked for."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.costs import Costs
from anlan.domain.criteria import Criteria
from anlan.domain.design import Design
from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.finding import Finding
from anlan.domain.log_summary import LogSummary
from anlan.domain.pack import Pack
from anlan.domain.risk import Portfolio, Risk, TreatmentPlan
from anlan.engines.local import summarise_log
from anlan.formats.criteria_file import load_criteria
from anlan.formats.packs import PACK_CODES, load_operators, load_pack, load_packs
from anlan.loop.evaluate import FindingStability, Half, compare_halves
from anlan.loop.identify import (
    IdentifyContext,
    IdentifySettings,
    SlaOutcome,
    SlaSettings,
    WorkingClock,
    identify,
)
from anlan.loop.identify.checklist import (
    ChecklistCandidate,
    ControlLink,
    NodeMatch,
    PackChoice,
    candidates_from_packs,
    choose_packs,
    control_links,
    match_packs,
)
from anlan.loop.improve import Idea, propose
from anlan.loop.key_nodes import KeyNodes, rank_key_nodes, tally_log
from anlan.loop.monitor import Proposal, propose_indicators
from anlan.loop.quantify import case_facts, quantify
from anlan.loop.respond import ApplicablePlan, applicable_plans
from anlan.loop.treat import PERSON_DAYS, plan_treatments
from anlan.maths.calendars import Calendars, work_tables
from anlan.maths.sequences.summary import SummarySettings
from anlan.studies.numbers import Clock, iso
from anlan.studies.options import Budget, Limit
from anlan.studies.progress import Progress, silent


@dataclass(frozen=True)
class LogFacts:
    """What is known of a log besides its events: where it came from and how it was read."""

    name: str
    id: str
    sha256: str
    format: str
    mapping: Mapping[str, tuple[str, float]]
    rejected: Mapping[str, int]
    rows_read: int | None
    quality: Mapping[str, int | float | str | None]
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """Codes of `reading.notes.*` with their parameters."""


@dataclass(frozen=True)
class Request:
    """What a run is asked for, besides the log: all of it stands in the result's provenance."""

    process: str
    limit: Limit | None = None
    packs: tuple[str, ...] | None = None
    """None: chosen by the log's activities."""
    reference_path: tuple[str, ...] | None = None
    closing: tuple[str, ...] | None = None
    """Activities a finished case ends with. None: learned from the log."""
    budget: Budget | None = None
    as_of_us: int | None = None
    seed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The options as given, for the provenance."""
    criteria: Criteria | None = None
    costs: Costs | None = None
    calendar: Calendars | None = None
    model: Design | None = None
    """The process as designed, to hold the finished cases against."""


MOST_ACTIVITIES = 50_000
"""Beyond this many kinds of steps the column is no activity (an id, a time, a free text)."""


def _check_activities(log: EventLog, facts: LogFacts) -> None:
    found = len(log.activity_names)
    if found > MOST_ACTIVITIES:
        raise RefusedInput(
            "log.too_many_activities",
            log=facts.name,
            column=facts.mapping.get("activity", ("activity", 1.0))[0],
            found=found,
            events=log.n_events,
            limit=MOST_ACTIVITIES,
        )


def _check_currency(budget: Budget | None, costs: Costs | None) -> None:
    """A budget that names a currency must be in that of the rates; nothing is converted."""
    if budget is None or budget.currency is None or costs is None or budget.currency == costs.currency:
        return
    raise UsageError("option.budget_currency", found=budget.currency, accepted=costs.currency)


class Workspace:
    """Stages over one log. `log` and `request` decide everything; nothing reads a clock."""

    def __init__(
        self, log: EventLog, facts: LogFacts, request: Request, *, progress: Progress = silent
    ) -> None:
        _check_activities(log, facts)
        self.log = log
        self.facts = facts
        self.request = request
        self.progress = progress

    @property
    def clock(self) -> Clock:
        """What texts tell times by."""
        return Clock(self.log.zone, working=self.request.calendar is not None)

    @cached_property
    def sla_settings(self) -> SlaSettings | None:
        limit = self.request.limit
        if limit is None:
            return None
        known = sorted({*self.log.attributes, *self.log.case_attributes})
        if limit.column is not None and limit.column not in known:
            raise UsageError("option.sla_column", found=limit.column, known=known)
        unknown = [name for name in limit.activity_s if name not in self.log.activity_names]
        if unknown:
            raise UsageError("option.sla_activity", found=unknown[0], known=sorted(self.log.activity_names))
        return SlaSettings(
            case_limit_us=None if limit.case_s is None else round(limit.case_s * 1e6),
            column=limit.column,
            activity_limits_us={name: round(s * 1e6) for name, s in limit.activity_s.items()},
        )

    @cached_property
    def identify_settings(self) -> IdentifySettings:
        return IdentifySettings(
            as_of_us=self._as_of(),
            sla=self.sla_settings,
            reference_path=self.request.reference_path,
            closing_activities=self._closing(),
            model=self.request.model,
        )

    def _as_of(self) -> int | None:
        """The point of view asked for; before the first event there is nothing to see."""
        as_of, log = self.request.as_of_us, self.log
        if as_of is not None and log.n_events and as_of < int(log.end_us.min()):
            found, first = (iso(moment, log.zone) for moment in (as_of, int(log.end_us.min())))
            raise UsageError("option.as_of_early", found=found, first=first)
        return as_of

    def _closing(self) -> tuple[str, ...] | None:
        named = self.request.closing
        unknown = [name for name in named or () if name not in self.log.activity_names]
        if unknown:
            raise UsageError(
                "option.closing_activity", found=unknown[0], known=sorted(self.log.activity_names)
            )
        return named

    @cached_property
    def context(self) -> IdentifyContext:
        return IdentifyContext(
            self.log,
            self.identify_settings,
            working=self.working,
            rejected=self.facts.rejected,
            rows_read=self.facts.rows_read,
        )

    @cached_property
    def working(self) -> WorkingClock | None:
        """The log's moments on the working calendar; None on elapsed time."""
        if self.request.calendar is None or not self.log.n_events:
            return None
        tables = work_tables((self.request.calendar.default,))
        as_of = self.request.as_of_us
        judged = np.array([self.log.end_us.max() if as_of is None else as_of], dtype=np.int64)
        return WorkingClock(
            start_us=tables.read(self.log.start_us, missing=NO_TIME),
            end_us=tables.read(self.log.end_us),
            as_of_us=int(tables.read(judged)[0]),
        )

    @cached_property
    def sla(self) -> SlaOutcome | None:
        return self.context.sla

    @cached_property
    def _summaries(self) -> tuple[LogSummary, tuple[LogSummary, ...]]:
        _ = self.working  # a calendar too short for the log is refused with the first event of the whole log
        self.progress("summarise", 0.0)
        limits = self.sla_settings.activity_limits_us if self.sla_settings else {}
        settings = SummarySettings(
            activity_limits_us=limits,
            case_breached=self._case_breached(),
            calendars=self.request.calendar,
        )
        return summarise_log(self.log, settings=settings)

    def _case_breached(self) -> NDArray[np.int8] | None:
        if self.sla is None or not self.sla.checked.any():
            return None
        return np.where(self.sla.checked, self.sla.breached, -1).astype(np.int8)

    @property
    def summary(self) -> LogSummary:
        return self._summaries[0]

    @property
    def bucket_summaries(self) -> tuple[LogSummary, ...]:
        return self._summaries[1]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        self.progress("identify", 0.0)
        return identify(
            self.context, progress=lambda code, done, total: self.progress("identify", done / total)
        )

    @cached_property
    def library(self) -> tuple[Pack, ...]:
        return load_packs()

    @cached_property
    def pack_choices(self) -> tuple[PackChoice, ...]:
        """Why each pack applies or not; packs named by the user apply."""
        named = self.request.packs
        if named is not None:
            unknown = [code for code in named if code not in PACK_CODES]
            if unknown:
                raise UsageError("option.packs", found=unknown[0], known=PACK_CODES)
            return tuple(PackChoice(code, True, None, "named") for code in named)
        context = [*self.log.attributes, *self.log.case_attributes]
        return choose_packs(
            self.log.activity_names,
            self.library,
            n_resources=len(self.log.resource_names),
            context=context,
        )

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        applying = {choice.pack for choice in self.pack_choices if choice.applies}
        return tuple(pack for pack in self.library if pack.code in applying)

    @cached_property
    def matches(self) -> tuple[NodeMatch, ...]:
        return match_packs(self.log.activity_names, self.packs)

    @cached_property
    def key_nodes(self) -> KeyNodes:
        findings = self.findings
        self.progress("key_nodes", 0.0)
        breached = self.sla.breached if self.sla is not None and self.sla.checked.any() else None
        return rank_key_nodes(
            self.summary,
            self.bucket_summaries,
            findings=findings,
            tallies=tally_log(self.log, breached=breached, excess_us=self.context.excess_us),
        )

    @cached_property
    def checklist(self) -> tuple[ChecklistCandidate, ...]:
        return candidates_from_packs(self.matches, self.packs, findings=self.findings)

    @cached_property
    def criteria(self) -> Criteria:
        return self.request.criteria or load_criteria()

    @property
    def costs(self) -> Costs | None:
        return self.request.costs

    @cached_property
    def _quantified(self) -> tuple[tuple[Risk, ...], Portfolio]:
        findings = self.findings
        self.progress("quantify", 0.0)
        return quantify(
            findings,
            log_facts=case_facts(
                self.log, duration_us=self.context.duration_us, finished=self.context.finished
            ),
            criteria=self.criteria,
            process=self.request.process,
            costs=self.costs,
            seed=self.request.seed,
        )

    @cached_property
    def risks(self) -> tuple[Risk, ...]:
        """The highest level first, then the larger expected loss: the order of report, tables and files."""
        return self._quantified[0]

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Id of a risk -> its place in that order."""
        return {risk.id: place for place, risk in enumerate(self.risks)}

    def in_order(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings in the order of their risks."""
        return sorted(findings, key=lambda finding: self.place_of[self.risk_of[id(finding)]])

    @property
    def portfolio(self) -> Portfolio:
        return self._quantified[1]

    @property
    def share_of_recorded_time(self) -> float | None:
        """Minutes counted for all risks over all minutes of all cases, 0..1; None where no case takes
        time."""
        recorded_min = self.context.total_time_us / 60e6 if self.log.n_events else 0.0
        if recorded_min <= 0:
            return None
        costs = self.costs
        rate = costs.customer_minute if costs is not None and costs.customer_minute is not None else 1.0
        return math.fsum(float(risk.severity.sample.sum()) for risk in self.risks) / rate / recorded_min

    @cached_property
    def links_by_risk(self) -> dict[str, tuple[ControlLink, ...]]:
        """Controls of the packs against each risk, by the links that lead to them."""
        return {
            risk.id: control_links(risk.finding, self.matches, self.packs, library=self.library)
            for risk in self.risks
        }

    @cached_property
    def plan(self) -> TreatmentPlan:
        budget, risks, links = self.request.budget, self.risks, self.links_by_risk
        _check_currency(budget, self.costs)
        self.progress("treat", 0.0)
        return plan_treatments(
            risks,
            links,
            unit=self.portfolio.unit,
            budget=None if budget is None else budget.amount,
            budget_unit=PERSON_DAYS if budget is None else budget.unit,
            costs=self.costs,
            seed=self.request.seed,
        )

    @cached_property
    def ideas(self) -> tuple[Idea, ...]:
        return propose(self.risks, summary=self.summary, operators=load_operators())

    @cached_property
    def indicators(self) -> Proposal:
        return propose_indicators(
            self.risks,
            log=self.log,
            summary=self.summary,
            matches=self.matches,
            packs=self.packs,
            working=self.working,
        )

    @cached_property
    def emergency_plans(self) -> tuple[ApplicablePlan, ...]:
        return applicable_plans(self.risks, (*self.packs, load_pack("EM")), self.matches)

    @cached_property
    def stability(self) -> tuple[FindingStability, ...]:
        findings = self.findings
        self.progress("evaluate", 0.0)
        return compare_halves(self.log, self._find_again, findings=findings)

    def _find_again(self, half: Half) -> tuple[Finding, ...]:
        """The finders on some of the cases, under the same settings and clock."""
        working = self.working and WorkingClock(
            start_us=self.working.start_us[half.events],
            end_us=self.working.end_us[half.events],
            as_of_us=self.working.as_of_us,
        )
        settings = replace(self.identify_settings, as_of_us=self.context.as_of_us)
        return identify(IdentifyContext(half.log, settings, working=working))

    @cached_property
    def risk_of(self) -> Mapping[int, str]:
        """Identity of each finding -> id of its risk."""
        return {id(risk.finding): risk.id for risk in self.risks}
