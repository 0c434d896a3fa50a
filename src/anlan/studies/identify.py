"""The `identify` stage alone: findings with their evidence, before any number of loss."""

from typing import Any

from anlan.studies.quantify import evidence_section, statement, titles
from anlan.studies.workspace import Workspace


def identify_section(workspace: Workspace) -> list[dict[str, Any]]:
    """Every finding, in the order of the risks they become."""
    findings = workspace.in_order(workspace.findings)
    return [
        {
            "code": finding.code,
            "category": finding.category,
            "nodes": list(finding.nodes),
            "detail": finding.detail,
            "title": title,
            "statement": statement(finding, clock=workspace.clock),
            "evidence": evidence_section(finding),
        }
        for finding, title in zip(findings, titles(findings), strict=True)
    ]
