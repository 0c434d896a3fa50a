"""The `identify` stage alone: findings with their evidence, before any number of loss."""

from typing import Any

from anlan.studies.quantify import evidence_section, statement, title
from anlan.studies.workspace import Workspace


def identify_section(workspace: Workspace) -> list[dict[str, Any]]:
    """Every finding, costliest first."""
    return [
        {
            "code": finding.code,
            "category": finding.category,
            "nodes": list(finding.nodes),
            "detail": finding.detail,
            "title": title(finding),
            "statement": statement(finding),
            "evidence": evidence_section(finding),
        }
        for finding in workspace.findings
    ]
