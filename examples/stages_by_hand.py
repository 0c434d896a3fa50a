"""The first stages of the loop called one by one, without a workspace: log, findings, risks.

`python examples/stages_by_hand.py tickets.csv`

For own tools that need one stage only. A `Workspace` (see the tutorial) does the same and adds the rest.
"""

import sys

from anlan.engines.local import summarise_log
from anlan.formats.criteria_file import load_criteria
from anlan.formats.reading.read_log import read_log
from anlan.loop.identify import IdentifyContext, IdentifySettings, SlaSettings, identify
from anlan.loop.key_nodes import rank_key_nodes, tally_log
from anlan.loop.quantify import case_facts, quantify

DAY_US = 86_400_000_000


def main(path: str) -> None:
    read = read_log(path)
    summary, buckets = summarise_log(read.log)
    print(summary.n_cases, "cases;", dict(read.report.mapping)["case"].column, "is the case")

    settings = IdentifySettings(sla=SlaSettings(case_limit_us=5 * DAY_US), min_cases=30)
    context = IdentifyContext(read.log, settings, rows_read=read.report.n_rows)
    findings = identify(context)
    nodes = rank_key_nodes(summary, buckets, findings=findings, tallies=tally_log(read.log))
    print("most decisive:", nodes.nodes[0].activity if nodes.nodes else "none")

    risks, portfolio = quantify(
        findings, log_facts=case_facts(read.log), criteria=load_criteria(), process="tickets", years=20_000
    )
    for risk in risks[:5]:
        print(risk.index.level, risk.finding.code, risk.finding.nodes, round(risk.annual_loss.estimate))
    expected = portfolio.expectation
    print(round(expected.estimate), f"[{expected.low:.0f}, {expected.high:.0f}]", portfolio.unit)


if __name__ == "__main__":
    main(*sys.argv[1:])
