"""An entry of a result's `risks`, as small as triage needs it."""

from typing import Any


def finding(
    key: str = "R-0001", *, likelihood: int = 4, severity: int = 3, level: str = "high"
) -> dict[str, Any]:
    limits = {"estimate": 1000.0, "low": 800.0, "high": 1300.0, "level": 0.95}
    return {
        "id": key, "code": "tail_delay", "category": "process", "nodes": ["派单"],
        "title": {"zh": f"派单偶有严重拖延 {key}", "en": f"Very late dispatch {key}"},
        "statement": {"zh": "派单常很快，偶尔很慢。", "en": "Usually quick, sometimes very late."},
        "index": {"likelihood": likelihood, "severity": severity, "value": likelihood * severity,
                  "level": level,
                  "likelihood_value": 20.0, "severity_value": 0.8},
        "annual_loss": {"mean": 1000.0, "interval": limits, "p95": 1500.0, "gross_mean": 1200.0,
                        "counted": True},
        "frequency_per_year": limits, "severity": {"kind": "empirical"},
        "evidence": {"count": 12, "exposure": 600, "case_ids": ["c1", "c2"],
                     "rate": {"estimate": 0.02, "low": 0.01, "high": 0.03, "level": 0.95}},
    }  # fmt: skip


def result(*findings: dict[str, Any]) -> dict[str, Any]:
    return {"risks": list(findings), "portfolio": {"unit": "customer_min"}}
