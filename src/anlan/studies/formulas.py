"""What each method computes, in words and with a version, for the provenance of a result.

A change of a method's formula raises its version here; the text lives in `locale/*/formulas.toml`.
"""

from typing import Any

from anlan.formats.messages import in_both_languages

VERSIONS = {
    "summary": "1",
    "rate_interval": "2",
    "false_discovery_rate": "2",
    "key_node_score": "2",
    "rank_interval": "2",
    "frequency": "2",
    "lost_time": "1",
    "severity": "2",
    "attribution": "2",
    "risk_index": "3",
    "annual_loss": "2",
    "treatment_choice": "2",
    "control_limits": "2",
    "halves": "2",
}


def formulas() -> dict[str, Any]:
    """Every method of the loop with its version and what it computes."""
    return {
        name: {"version": version, "text": in_both_languages(f"formulas.{name}")}
        for name, version in VERSIONS.items()
    }
