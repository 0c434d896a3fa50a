"""One log with everything the stages compute from it, each computed once and when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.costs import Costs
from anlan.domain.criteria import Criteria
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.domain.finding import Finding
from anlan.domain.log_summary import LogSummary
from anlan.domain.pack import Pack
from anlan.engines.local import summarise_log
from anlan.formats.packs import PACK_CODES, load_packs
from anlan.loop.identify import IdentifyContext, IdentifySettings, SlaOutcome, SlaSettings, identify
from anlan.loop.identify.checklist import NodeMatch, PackChoice, choose_packs, match_packs
from anlan.loop.key_nodes import KeyNodes, rank_key_nodes, tally_log
from anlan.maths.sequences.summary import SummarySettings
from anlan.studies.options import Budget, Limit

Progress = Callable[[str, float], None]


def silent(step: str, done: float) -> None:
    """Progress that nobody watches."""


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
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What a run is asked for, besides the log: all of it stands in the result's provenance."""

    process: str
    limit: Limit | None = None
    packs: tuple[str, ...] | None = None
    """None: chosen by the log's activities."""
    reference_path: tuple[str, ...] | None = None
    budget: Budget | None = None
    as_of_us: int | None = None
    seed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The options as given, for the provenance."""
    criteria: Criteria | None = None
    costs: Costs | None = None
    calendar: Calendar | None = None


class Workspace:
    """Stages over one log. `log` and `request` decide everything; nothing reads a clock."""

    def __init__(
        self, log: EventLog, facts: LogFacts, request: Request, *, progress: Progress = silent
    ) -> None:
        self.log = log
        self.facts = facts
        self.request = request
        self.progress = progress

    @cached_property
    def sla_settings(self) -> SlaSettings | None:
        limit = self.request.limit
        if limit is None:
            return None
        known = sorted({*self.log.attributes, *self.log.case_attributes})
        if limit.column is not None and limit.column not in known:
            raise UsageError("option.sla_column", found=limit.column, known=", ".join(known))
        unknown = [name for name in limit.activity_s if name not in self.log.activity_names]
        if unknown:
            raise UsageError(
                "option.sla_activity", found=unknown[0], known=", ".join(sorted(self.log.activity_names))
            )
        return SlaSettings(
            case_limit_us=None if limit.case_s is None else round(limit.case_s * 1e6),
            column=limit.column,
            activity_limits_us={name: round(s * 1e6) for name, s in limit.activity_s.items()},
        )

    @cached_property
    def context(self) -> IdentifyContext:
        settings = IdentifySettings(
            as_of_us=self.request.as_of_us,
            sla=self.sla_settings,
            reference_path=self.request.reference_path,
        )
        return IdentifyContext(
            self.log, settings, rejected=self.facts.rejected, rows_read=self.facts.rows_read
        )

    @cached_property
    def sla(self) -> SlaOutcome | None:
        return self.context.sla

    @cached_property
    def _summaries(self) -> tuple[LogSummary, tuple[LogSummary, ...]]:
        self.progress("summarise", 0.1)
        limits = self.sla_settings.activity_limits_us if self.sla_settings else {}
        settings = SummarySettings(activity_limits_us=limits, case_breached=self._case_breached())
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
        def told(code: str, done: int, total: int) -> None:
            self.progress("identify", 0.2 + 0.2 * done / total)

        return identify(self.context, progress=told)

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
                raise UsageError("option.packs", found=unknown[0], known=", ".join(PACK_CODES))
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
        self.progress("key_nodes", 0.45)
        breached = self.sla.breached if self.sla is not None and self.sla.checked.any() else None
        return rank_key_nodes(
            self.summary,
            self.bucket_summaries,
            findings=self.findings,
            tallies=tally_log(self.log, breached=breached),
        )
