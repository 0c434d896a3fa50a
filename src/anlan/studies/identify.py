"""The `identify` stage alone: findings with their evidence, before any number of loss."""

from typing import Any

from anlan.studies.quantify import evidence_section, statement, titles
from anlan.studies.workspace import Workspace


def identify_section(workspace: Workspace) -> list[dict[str, Any]]:
    """Every finding, costliest first."""
    return [
        {
            "code": finding.code,
            "category": finding.category,
            "nodes": list(finding.nodes),
            "detail": finding.detail,
            "title": title,
            "statement": statement(finding, zone=workspace.log.zone),
            "evidence": evidence_section(finding),
        }
        for finding, title in zip(workspace.findings, titles(workspace.findings), strict=True)
    ]
