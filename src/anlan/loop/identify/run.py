"""Run every finder over one context, hold all their tests against each other, and merge duplicates.

1. Each finder returns the findings that reach its own minimum and every p-value it computed.
2. Benjamini-Hochberg on two levels, the p-values of each finder and then the finders, gives each
   finding its q: the smallest false-discovery rate at which the run would keep it. Those above the
   rate of the settings are dropped. Findings without a hypothesis (plain counts) are kept.
3. A tested finding whose interval reaches below the minimum effect is noted as `suspected`.
4. Of two tested findings of one code that hit nearly the same cases the one that costs more is kept
   and names those it stands for (`merged`).
5. Order: lost minutes descending, then code, nodes and detail.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from anlan.domain.finding import Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates
from anlan.loop.identify.registry import FINDERS
from anlan.maths.multiple_testing import two_level_q

_NEARLY_SAME = 0.8
_SIMILAR = 4
_THE_SAME = 0.95
_SMALLEST = float(np.finfo(np.float64).tiny)
"""A p-value below the smallest float is shown as that float, never as zero."""


def identify(
    context: IdentifyContext, *, progress: Callable[[str, int, int], None] | None = None
) -> tuple[Finding, ...]:
    """All findings of a log, costliest first. `progress` is told (finder code, done, of how many).

    An empty log, or one of single cases, has no findings.
    """
    if context.log.n_events == 0:
        return ()
    candidates: list[Candidates] = []
    for done, (code, find) in enumerate(FINDERS):
        if progress is not None:
            progress(code, done, len(FINDERS))
        candidates.append(find(context))
    kept = _below_false_discovery_rate(candidates, context.settings.fdr)
    merged = _merge_near_duplicates(kept)
    return tuple(sorted(merged, key=_place))


def _below_false_discovery_rate(candidates: Sequence[Candidates], fdr: float) -> list[Finding]:
    families = [np.sort(np.array(candidate.tested, dtype=np.float64)) for candidate in candidates]
    kept: list[Finding] = []
    for candidate, tested, adjusted in zip(candidates, families, two_level_q(families), strict=True):
        n_tests = len(tested)
        for finding in candidate.findings:
            if finding.p is None:
                kept.append(replace(finding, n_tests=n_tests))
                continue
            q = float(adjusted[np.searchsorted(tested, finding.p, side="right") - 1])
            if q <= fdr:
                p = max(finding.p, _SMALLEST)
                notes = (*(("suspected",) if finding.suspected else ()), *finding.notes)
                kept.append(replace(finding, p=p, q=max(q, _SMALLEST), n_tests=n_tests, notes=notes))
    return kept


def _merge_near_duplicates(findings: Sequence[Finding]) -> list[Finding]:
    """Greedy from the costliest: a finding is absorbed by a kept one of its code that hits the same
    cases (95 % of the larger), or that shares a node and at least 80 % of the cases of the smaller,
    neither being over four times the other."""
    kept: list[Finding] = []
    absorbed: dict[int, list[str]] = {}
    for finding in sorted(findings, key=_place):
        host = next((k for k, other in enumerate(kept) if _is_duplicate(finding, other)), None)
        if host is None:
            kept.append(finding)
        else:
            absorbed.setdefault(host, []).append(_title(finding))
    return [
        replace(
            finding,
            parameters={**finding.parameters, "merged": absorbed[k], "merged_count": len(absorbed[k])},
            notes=(*finding.notes, "merged"),
        )
        if k in absorbed
        else finding
        for k, finding in enumerate(kept)
    ]


def _is_duplicate(finding: Finding, other: Finding) -> bool:
    if finding.code != other.code or finding.p is None or other.p is None:
        return False
    shared = len(np.intersect1d(finding.affected, other.affected, assume_unique=True))
    smaller, larger = sorted((len(finding.affected), len(other.affected)))
    if shared >= _THE_SAME * larger:
        return True
    neighbours = not finding.nodes or not other.nodes or bool(set(finding.nodes) & set(other.nodes))
    return neighbours and shared >= _NEARLY_SAME * smaller and larger <= _SIMILAR * smaller


def _title(finding: Finding) -> str:
    nodes = " → ".join(finding.nodes)
    return f"{nodes} ({finding.detail})" if finding.detail else nodes


def _place(finding: Finding) -> tuple[float, str, tuple[str, ...], str]:
    return (-math.fsum(finding.delay_min), finding.code, finding.nodes, finding.detail)
