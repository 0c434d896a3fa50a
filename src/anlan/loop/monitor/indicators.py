"""Key risk indicators 关键风险指标 proposed from what was found, with limits from the log itself.

    proposal = propose_indicators(findings, log=log, summary=summary)

Each finding gets the indicator its kind asks for (`KINDS`). The series is weekly where at least
`FEWEST_PERIODS` whole weeks hold enough cases, else daily; where neither does, the baseline stands
alone with a note. Periods the log covers in part, the first ones, in which only quick cases could have
closed, and the last ones, when hardly any case still opened, are shown but set no limit.

A series of which more than a tenth lies beyond its own limits is in no steady state: it gets a baseline
and the note `not_stable`, but no limits.

A series that always has the same value (no case or every case, in every period) has nothing to watch: its
finding is named in `Proposal.unvarying` and gets no indicator.

An alert fires at the chart's limit on the bad side and clears only back within one sigma of the
centre, so that a value near the limit does not ring again and again.

Misleads: limits describe the log as it was, good or bad; a process that is steadily late is "in
control". Series by closing miss what is still open. A lasting shift inside the baseline looks like
resemblance of neighbours and widens the limits.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import EventLog
from anlan.domain.finding import Finding
from anlan.domain.log_summary import LogSummary
from anlan.domain.pack import Pack
from anlan.domain.risk import Risk
from anlan.loop.identify.checklist import NodeMatch, risk_links
from anlan.loop.identify.context import WorkingClock
from anlan.loop.monitor import series as make
from anlan.loop.monitor.periods import GRAINS, CaseTable, Periods, case_table
from anlan.loop.monitor.series import Maker, Material, Series
from anlan.maths.control_charts.attributes import proportions, rates
from anlan.maths.control_charts.chart import ControlChart
from anlan.maths.control_charts.variables import individuals

FEWEST_PERIODS = 12
"""Fewer usable periods give no limits."""

SETTLED_PERIODS = 20
"""With fewer the limits are called provisional."""

SMALLEST_SIZE = 10
"""A period with fewer cases or events gives no reading."""

CLEAR_SIGMA = 1.0
"""An alert clears within this many sigma of the centre."""

MOST_INDICATORS = 12
MOST_PER_KIND = 2


@dataclass(frozen=True)
class Kind:
    """What an indicator measures: how its series is made, its unit, and which side is bad."""

    name: str
    make: Maker
    unit: str
    direction: str = "higher_worse"


SHARE = Kind("affected_share", make.affected_share, "share")
GAP = Kind("node_gap", make.node_gap, "s")
DURATION = Kind("case_duration", make.case_duration, "s")
GROUP_DURATION = Kind("group_duration", make.group_duration, "s")
HANDOVERS = Kind("handovers", make.handovers, "per_case")
ARRIVALS = Kind("arrivals", make.arrivals, "cases", "band")
INFLOW = Kind("net_inflow", make.net_inflow, "cases")

KINDS: Mapping[str, Kind] = {
    "bottleneck": GAP,
    "reassignment": HANDOVERS,
    "drift": DURATION,
    "group_disparity": GROUP_DURATION,
    "overload": ARRIVALS,
    "wip_growth": INFLOW,
}
"""Indicator by the finding's code; the share of affected cases for all others."""


@dataclass(frozen=True, eq=False)
class ProposedIndicator:
    """An indicator to watch, bound to the finding it comes from.

    Texts: `title_key` and `definition_key` with `parameters`, `monitor.note.<note>`.
    unit     `share` (0..1), `s`, `cases`, `per_case`
    chart    `i_mr`, `p`, `laney_p`, `u`, `laney_u`, or `none` where the data give no limits
    fire, clear  alert levels on the bad side (for `band` the upper side); None without limits
    lower_limit, upper_limit  of the chart at the typical size of a period
    points   periods that set the limits
    series   (first day of the period ISO 8601, value or None, cases or events), every period of the log
    left_out first days of the periods with a value that set no limit and raise no signal: covered in
             part, the log's beginning or running out, or too few cases
    beyond   first days of the periods that set the limits and lie beyond the limit at their own size
             (named, too, where so many do that no limits are given)
    related  codes of pack indicators that measure the same risk
    """

    code: str
    kind: str
    finding: Finding
    nodes: tuple[str, ...]
    unit: str
    direction: str
    grain: str
    chart: str
    baseline: float | None
    lower_limit: float | None
    upper_limit: float | None
    fire: float | None
    clear: float | None
    points: int
    series: tuple[tuple[str, float | None, int], ...]
    left_out: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def title_key(self) -> str:
        """Key of the title's text; the one ending in `.of` names the step or group it is about."""
        kind = f"{self.kind}.{self.finding.code}" if self.kind == SHARE.name else self.kind
        named = self.kind in (SHARE.name, DURATION.name, GROUP_DURATION.name) and self.parameters["subject"]
        return f"monitor.title.{kind}.of" if named else f"monitor.title.{kind}"

    @property
    def definition_key(self) -> str:
        """Key of the text that says how the value is computed."""
        of = "nodes" if self.kind == SHARE.name and self.parameters["of_nodes"] else "all"
        return (
            f"monitor.definition.{self.kind}.{of}"
            if self.kind == SHARE.name
            else f"monitor.definition.{self.kind}"
        )


@dataclass(frozen=True, eq=False)
class Proposal:
    """Indicators to watch, and the findings that give none because their values never differ."""

    indicators: tuple[ProposedIndicator, ...] = ()
    unvarying: tuple[Finding, ...] = ()


def propose_indicators(
    findings: Iterable[Finding | Risk],
    *,
    log: EventLog,
    summary: LogSummary,
    matches: Sequence[NodeMatch] = (),
    packs: Sequence[Pack] = (),
    working: WorkingClock | None = None,
    most: int = MOST_INDICATORS,
) -> Proposal:
    """Indicators for the findings that cost customers most time, at most two of a kind of finding.

    `matches` and `packs`, where given, name the packs' own indicators of the same risk. Durations are
    elapsed time, or working time with `working`.
    """
    cases = case_table(log, working)
    if not len(cases.case):
        return Proposal()
    material = Material(log, cases, working)
    grains = _grains(cases, _typical_days(summary))
    telling: list[ProposedIndicator] = []
    unvarying: list[Finding] = []
    for finding in _worth_watching(findings):
        if len(telling) == most:
            break
        made = _indicator(finding, material, grains, risk_links(finding, matches, packs))
        if _varies(made):
            telling.append(made)
        else:
            unvarying.append(finding)
    return Proposal(tuple(telling), tuple(unvarying))


def _varies(indicator: ProposedIndicator) -> bool:
    """Its values differ, or are too few to say; a share of nothing or of everything needs only one."""
    values = {value for _, value, _ in indicator.series if value is not None}
    if len(values) != 1:
        return bool(values)
    extreme = indicator.unit == "share" and values <= {0.0, 1.0}
    return not extreme and sum(value is not None for _, value, _ in indicator.series) < FEWEST_PERIODS


def finding_of(item: Finding | Risk) -> Finding:
    """The finding itself, or that of a risk."""
    return item.finding if isinstance(item, Risk) else item


def _worth_watching(findings: Iterable[Finding | Risk]) -> list[Finding]:
    """Most delay first; a kind and a place once, a kind of finding at most `MOST_PER_KIND` times."""
    plain = [finding_of(item) for item in findings]
    plain.sort(key=lambda f: (-float(f.delay_min.sum()), -f.count, f.code, f.nodes, f.detail))
    chosen: list[Finding] = []
    per_code: Counter[str] = Counter()
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for finding in plain:
        kind = kind_of(finding)
        place = (kind.name, _place(kind, finding))
        if per_code[finding.code] < MOST_PER_KIND and (place not in seen or kind is SHARE):
            chosen.append(finding)
            per_code[finding.code] += 1
            seen.add(place)
    return chosen


def kind_of(finding: Finding) -> Kind:
    """The indicator a finding asks for; a finding without a node cannot have a gap before a node."""
    kind = KINDS.get(finding.code, SHARE)
    return DURATION if kind is GAP and not finding.nodes else kind


def _place(kind: Kind, finding: Finding) -> tuple[str, ...]:
    """What tells two indicators of a kind apart: nothing for those of the whole process."""
    if kind in (HANDOVERS, ARRIVALS, INFLOW):
        return ()
    return finding.nodes[-1:] if kind is GAP else (*finding.nodes, finding.detail)


def _typical_days(summary: LogSummary) -> int:
    median_s = summary.case_duration.quantile_s(0, 0.5) if len(summary.case_duration) else None
    return int(np.ceil((median_s or 0.0) / 86_400))


def _grains(cases: CaseTable, typical_days: int) -> dict[str, Periods]:
    return {grain: Periods.covering(grain, cases, typical_days=typical_days) for grain in GRAINS}


def _indicator(
    finding: Finding, material: Material, grains: Mapping[str, Periods], links: Sequence
) -> ProposedIndicator:
    kind = kind_of(finding)
    periods, series, usable = _series(kind, finding, material, grains)
    tried = _chart(kind, series, usable)
    chart = tried if tried is not None and tried.stable else None
    levels = _levels(kind, series, usable, chart)
    return ProposedIndicator(
        code=indicator_code(kind, finding),
        kind=kind.name,
        finding=finding,
        nodes=finding.nodes,
        unit=kind.unit,
        direction=kind.direction,
        grain=periods.grain,
        chart="none" if chart is None else chart.kind,
        points=int(usable.sum()),
        series=_readings(periods, series),
        left_out=_days(periods, np.isfinite(series.value) & ~usable),
        beyond=() if tried is None else _days(periods, _beyond(tried, usable)),
        related=_related(links),
        parameters={
            "nodes": list(finding.nodes),
            "node": finding.nodes[-1] if finding.nodes else "",
            "finding": finding.code,
            "subject": _subject(finding),
            "of_nodes": not bool(material.opportunities(finding).all()),
        },
        notes=_notes(periods, usable, tried, levels),
        **levels,
    )


def _subject(finding: Finding) -> str:
    """The group or step a finding is about, as data name it: `region=north`, `check`."""
    column = finding.parameters.get("column")
    if column:
        return f"{column}={finding.parameters.get('value', '')}"
    return ", ".join(finding.nodes)


def indicator_code(kind: Kind, finding: Finding) -> str:
    """Stable over re-runs: from what it measures, the finding's code, nodes and detail."""
    text = "\x1f".join((kind.name, finding.code, *finding.nodes, "\x1e", finding.detail))
    return f"{finding.code}.{kind.name}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _series(
    kind: Kind, finding: Finding, material: Material, grains: Mapping[str, Periods]
) -> tuple[Periods, Series, NDArray[np.bool_]]:
    """The first grain with enough usable periods; the last one tried where none has."""
    for periods in grains.values():
        series = kind.make(material, finding, periods)
        smallest = 1 if kind in (ARRIVALS, INFLOW) else SMALLEST_SIZE
        usable = periods.whole & (series.size >= smallest) & np.isfinite(series.value)
        if usable.sum() >= FEWEST_PERIODS:
            return periods, series, usable
    weekly = grains["week"]
    series = kind.make(material, finding, weekly)
    return weekly, series, weekly.whole & (series.size > 0) & np.isfinite(series.value)


def _chart(kind: Kind, series: Series, usable: NDArray[np.bool_]) -> ControlChart | None:
    if usable.sum() < FEWEST_PERIODS:
        return None
    if series.count is not None and kind.unit == "share":
        return proportions(series.count[usable], series.size[usable])
    if series.count is not None:
        return rates(series.count[usable], series.size[usable])
    return individuals(series.value[usable], floor=None if kind is INFLOW else 0.0)


def _levels(
    kind: Kind, series: Series, usable: NDArray[np.bool_], chart: ControlChart | None
) -> dict[str, float | None]:
    """Baseline, limits at the period of middle size, alert levels."""
    if chart is None:
        known = usable if usable.any() else np.isfinite(series.value) & (series.size > 0)
        return {
            "baseline": _overall(series, known),
            "lower_limit": None,
            "upper_limit": None,
            "fire": None,
            "clear": None,
        }
    middle = int(np.argsort(series.size[usable], kind="stable")[usable.sum() // 2])
    upper = float(chart.upper[middle])
    clear = chart.centre + CLEAR_SIGMA * float(chart.sigma[middle])
    reachable = _reachable(kind, upper)
    return {
        "baseline": chart.centre,
        "lower_limit": float(chart.lower[middle]),
        "upper_limit": upper,
        "fire": upper if reachable else None,
        "clear": min(clear, upper) if reachable else None,
    }


def _reachable(kind: Kind, upper: float) -> bool:
    """A share can pass its upper limit only where that is under 1."""
    return kind.unit != "share" or upper < 1.0


def _overall(series: Series, known: NDArray[np.bool_]) -> float | None:
    if not known.any():
        return None
    if series.count is not None:
        return float(series.count[known].sum() / series.size[known].sum())
    return float(series.value[known].mean())


def _readings(periods: Periods, series: Series) -> tuple[tuple[str, float | None, int], ...]:
    return tuple(
        (periods.start_date(i), float(value) if np.isfinite(value) else None, int(size))
        for i, (value, size) in enumerate(zip(series.value, series.size, strict=True))
    )


def _beyond(chart: ControlChart, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Per period: it set the limits and lies beyond its own."""
    beyond = np.zeros_like(usable)
    beyond[np.flatnonzero(usable)[chart.outside]] = True
    return beyond


def _days(periods: Periods, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(periods.start_date(int(i)) for i in np.flatnonzero(chosen))


def _notes(
    periods: Periods,
    usable: NDArray[np.bool_],
    chart: ControlChart | None,
    levels: Mapping[str, float | None],
) -> tuple[str, ...]:
    limited = chart is not None and chart.stable
    said = {
        "too_few_periods": chart is None,
        "not_stable": chart is not None and not chart.stable,
        "provisional_limits": limited and int(usable.sum()) < SETTLED_PERIODS,
        "over_dispersed": limited and chart is not None and chart.kind.startswith("laney"),
        "autocorrelated": chart is not None and chart.autocorrelated,
        "outside_in_baseline": limited and chart is not None and len(chart.outside) > 0,
        "limit_out_of_reach": limited and levels["fire"] is None,
        "partial_periods": not periods.whole.all(),
    }
    return tuple(note for note, holds in said.items() if holds)


def _related(links: Sequence) -> tuple[str, ...]:
    """Indicators of the risks at the finding's own node, else of the whole process."""
    near = [link for link in links if link.reason in ("node_and_kind", "node_and_category")] or [
        link for link in links if link.reason == "kind_whole_process"
    ]
    return tuple(dict.fromkeys(code for link in near for code in link.risk.indicators))
