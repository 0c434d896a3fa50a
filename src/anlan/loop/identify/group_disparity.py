"""Group disparity: cases of one channel, region or category take longer than the others.

Finds: values of the columns that group the cases (read at the first event of the case; columns with
2 to 20 frequent values) whose cases are slower.
Evidence: finished cases of the value against all other finished cases, in strata of the other column
of up to 200 values most associated with the value (van Elteren), so a carrier is not blamed for its
routes. Columns that only split this one further, or hold few peers of its cases, cannot serve.
Effect: ratio of median case durations (`median_ratio`), at least 1.5, and so on average inside the
strata; at least 2 % of all time.
Node: the step at which the group loses most time per case against the others.
Delay: the case's duration beyond that of the case at the same place among its peers, at most what it
spent beyond the normal of its steps.
Misleads: some kinds of case are harder by nature (a category may be its work); columns written after
the event (closing codes) group by the result, those named so have the note `known_after`. A known
difference is no risk; an unknown one is.
"""

import numpy as np

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.loop.identify.outcome_columns import known_after

CODE = "group_disparity"
CATEGORY = "service_quality"
MINIMUM = 1.5
MIN_SHARE_OF_TIME = 0.02


def find(context: IdentifyContext) -> Candidates:
    findings: list[Finding] = []
    tested: list[float] = []
    for name, (codes, n_codes) in context.strata.items():
        column = context.groups[name]
        known = column.codes >= 0
        for stratum in range(1, n_codes):
            members = (codes == stratum) & known
            if not members.any():
                continue
            slower = slower_than_peers(context, members, not_by=(name,))
            if slower is None:
                continue
            tested.append(slower.p)
            minimum = context.minimum(CODE, MINIMUM)
            if slower.p > context.settings.fdr or min(slower.ratio.estimate, slower.ratio_within) < minimum:
                continue
            slow = slower.delay_min > 0
            hit = Hit(slower.cases[slow], slower.delay_min[slow])
            if hit.claims(context)[1].sum() * 60e6 < MIN_SHARE_OF_TIME * context.yardstick_us:
                continue
            nodes = context.slowest_node(members)
            value = column.values[int(column.codes[int(np.argmax(members))])]
            statement = Statement(
                CODE,
                CATEGORY,
                nodes,
                Effect("median_ratio", slower.ratio, minimum),
                slower.p,
                detail=f"{name}={value}",
                scope="group",
                parameters={
                    "node": nodes[0] if nodes else "",
                    "column": name,
                    "value": value,
                    "median_s": slower.median.estimate,
                    "peer_median_s": slower.peer_median.estimate,
                    "stratified_by": slower.stratified_by,
                },
                notes=("known_after",) if known_after(context, name) else (),
            )
            exposed = slower.cases
            findings.append(make_finding(context, statement, hit, exposure=len(exposed), exposed=exposed))
    return Candidates(tuple(findings), tuple(tested))
