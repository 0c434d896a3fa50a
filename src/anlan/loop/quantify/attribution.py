"""Whose minute is it? Several findings may claim the same minutes of the same case.

Rule. The minutes a case lost are counted once: in total as many as its largest claim. Findings are
put in a fixed order and each owns the part of its claim above what earlier ones own already:
1. what happens at a node (scope `mechanism`) before which cases it happens to (`group`) before that
   whole cases are late (`case`): a group or a promise only describes minutes that a mechanism explains,
2. findings at named nodes before findings about the whole process,
3. the more specific first: fewer cases hit,
4. stronger evidence: smaller q (findings without a test last),
5. code, nodes, detail.
No claim on a case exceeds what the case lost altogether (its time beyond the normal of its steps, see
`identify.normal`), so neither does what is counted for it.
The rule takes it that of two claims on one case the smaller is part of the larger; where they are
different minutes, the sum is understated, never counted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import SCOPES, Finding
from anlan.loop.quantify.attribution_kernels import divide_claims


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each finding keeps, in the order of the findings given.

    own      minutes kept per affected case, aligned with `finding.affected`
    overlap  (n, n) minutes: owner (row) of minutes that another (column) claims too
    """

    own: tuple[NDArray[np.float64], ...]
    overlap: NDArray[np.float64]

    def owners_of(self, finding: int) -> list[int]:
        """Other findings that own minutes this one claims, most minutes first."""
        minutes = self.overlap[:, finding]
        return [int(i) for i in np.argsort(-minutes, kind="stable") if minutes[i] > 0.0]


def attribute(findings: Sequence[Finding]) -> Attribution:
    """Divide the claimed minutes of every case among the findings."""
    n = len(findings)
    order = sorted(range(n), key=lambda i: _priority(findings[i]))
    claims = [findings[i].delay_min for i in order]
    own, overlap = np.zeros(sum(map(len, claims))), np.zeros((n, n))
    if len(own):
        cases = np.concatenate([findings[i].affected for i in order])
        risks = np.repeat(np.array(order, dtype=np.int64), [len(claim) for claim in claims])
        divide_claims(cases, risks, np.concatenate(claims), int(cases.max()) + 1, n, own, overlap)
    parts = np.split(own, np.cumsum([len(claim) for claim in claims])[:-1]) if n else []
    by_finding = dict(zip(order, parts, strict=True))
    return Attribution(tuple(by_finding[i] for i in range(n)), overlap)


def _priority(finding: Finding) -> tuple[int, bool, int, float, str, tuple[str, ...], str]:
    strength = 2.0 if finding.q is None else finding.q
    return (
        SCOPES.index(finding.scope),
        not finding.nodes,
        len(finding.affected),
        strength,
        finding.code,
        finding.nodes,
        finding.detail,
    )
