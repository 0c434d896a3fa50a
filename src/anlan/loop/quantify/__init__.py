"""Quantify 量化: how often, how bad, what a year costs, alone and together.

facts = case_facts(log)
risks, portfolio = quantify(findings, log_facts=facts, criteria=criteria, process="helpdesk")
"""

from anlan.loop.quantify.case_facts import CaseFacts, case_facts
from anlan.loop.quantify.notes import register_notes
from anlan.loop.quantify.run import CUSTOMER_MINUTES, YEARS, quantify, risk_id

__all__ = [
    "CUSTOMER_MINUTES",
    "YEARS",
    "CaseFacts",
    "case_facts",
    "quantify",
    "register_notes",
    "risk_id",
]
