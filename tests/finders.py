"""How the tests of the finders run them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.event_log import EventLog
from anlan.domain.finding import Finding
from anlan.loop.identify import FINDERS, IdentifyContext, IdentifySettings, identify
from anlan.loop.identify.evidence import Candidates
from logs import LogDraft


def context_of(
    log: EventLog, *, rejected: Mapping[str, int] | None = None, **settings: Any
) -> IdentifyContext:
    return IdentifyContext(log, IdentifySettings(**settings), rejected=rejected or {})


def candidates(log: EventLog, code: str, **settings: Any) -> Candidates:
    """What one finder alone hands back."""
    return dict(FINDERS)[code](context_of(log, **settings))


def found(log: EventLog, code: str, **settings: Any) -> list[Finding]:
    """Findings of one code after all finders were held against each other."""
    findings = [finding for finding in identify(context_of(log, **settings)) if finding.code == code]
    for finding in findings:
        check_exposed(finding)
    return findings


def check_exposed(finding: Finding) -> None:
    """The cases that could have been hit are as many as it says, and those hit are among them."""
    if finding.exposed is not None:
        assert len(finding.exposed) == finding.exposure_cases, (finding.code, finding.detail)
        assert (np.diff(finding.exposed) > 0).all()
        assert np.isin(finding.affected, finding.exposed).all(), (finding.code, finding.detail)


def at(findings: list[Finding], *nodes: str, detail: str | None = None) -> Finding:
    """The one finding at these nodes."""
    matching = [f for f in findings if f.nodes == nodes and (detail is None or f.detail == detail)]
    assert len(matching) == 1, [(f.nodes, f.detail) for f in findings]
    return matching[0]


def numbers_of(log: EventLog, draft_cases: np.ndarray) -> np.ndarray:
    """Case numbers in the log of the draft's cases where the mask holds, ascending."""
    names = {f"case-{number:06d}" for number in np.flatnonzero(draft_cases)}
    return np.array([k for k, name in enumerate(log.case_names.to_pylist()) if name in names], dtype=np.int64)


def add_type(draft: LogDraft, share: float, *, seed: int, name: str = "type") -> np.ndarray:
    """Give each case the type `complex` with chance `share`, else `simple`; returns who is complex."""
    is_complex = np.random.default_rng(seed).random(draft.n_cases) < share
    draft.case_values[name] = np.where(is_complex, "complex", "simple").astype(object)
    return is_complex


def chosen_cases(draft: LogDraft, share: float, *, seed: int) -> np.ndarray:
    """A random set of the draft's cases, as a mask."""
    return np.random.default_rng(seed).random(draft.n_cases) < share
