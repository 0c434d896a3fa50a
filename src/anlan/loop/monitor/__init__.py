"""Monitor 监控: indicators proposed from the findings, with baselines and limits from the log itself."""

from anlan.loop.monitor.indicators import Proposal, ProposedIndicator, indicator_code, propose_indicators

__all__ = ["Proposal", "ProposedIndicator", "indicator_code", "propose_indicators"]
