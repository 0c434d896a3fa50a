"""Key nodes 关键节点: which steps decide the risk of the process, and how sure the ranking is."""

from anlan.loop.key_nodes.criteria import CRITERIA, Criterion
from anlan.loop.key_nodes.log_tallies import LogTallies, tally_log
from anlan.loop.key_nodes.ranking import FORMULA_VERSION, KeyNode, KeyNodes, rank_key_nodes
from anlan.loop.key_nodes.reasons import Statement

__all__ = [
    "CRITERIA",
    "FORMULA_VERSION",
    "Criterion",
    "KeyNode",
    "KeyNodes",
    "LogTallies",
    "Statement",
    "rank_key_nodes",
    "tally_log",
]
