"""What is asked for: every main page, every main endpoint, searches and filters, with what each may take."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

PAGE_MS, SEARCH_MS = 200.0, 150.0


@dataclass(frozen=True)
class Asked:
    """One address. `most_ms`: what 95 of 100 answers to a single client stay under."""

    name: str
    path: str
    most_ms: float = PAGE_MS


def pages(of: Mapping[str, object]) -> list[Asked]:
    """`of`: codes of records of the organisation."""
    return [
        Asked("cockpit", "/"),
        Asked("register", "/risks/"),
        Asked("register, last page", "/risks/?page=9999"),
        Asked("register, one category by loss", "/risks/?category=process&order=loss"),
        Asked("register, one process", f"/risks/?process={of['process']}"),
        Asked("risk", f"/risks/{of['risk']}/"),
        Asked("matrix", "/risks/matrix/"),
        Asked("register, one cell", "/risks/?cell=3-3"),
        Asked("candidates", "/risks/candidates/"),
        Asked("workshops", "/risks/workshops/"),
        Asked("processes", "/processes/"),
        Asked("process with a log", f"/processes/{of['process']}/"),
        Asked("process kept by hand", f"/processes/{of['drawn']}/"),
        Asked("runs", "/runs/"),
        Asked("run", f"/runs/{of['run']}/"),
        Asked("new run", "/runs/new/"),
        Asked("jobs", "/runs/jobs/"),
        Asked("reports", "/reports/"),
        Asked("people", "/people/"),
        Asked("person", f"/people/{of['person']}/"),
        Asked("unit", f"/people/units/{of['unit']}/"),
        Asked("own page", "/me/"),
        Asked("audit", "/audit/"),
        Asked("audit, one action", "/audit/?action=risks.risk.still_valid"),
        Asked("audit, one object", f"/audit/?target={of['object']}"),
        Asked("audit, refusals of one person", "/audit/?result=denied&actor=person7"),
        Asked("audit, nothing found", "/audit/?result=failed&action=risks."),
        Asked("audit, an earlier month", "/audit/?since=2025-01-01&until=2025-12-31"),
        Asked("audit check", "/audit/check/"),
    ]


def searches() -> list[Asked]:
    """The register's text search: frequent and rare words, two words, nothing; in both languages."""
    words = (("frequent, zh", "排队"), ("two words, zh", "营业厅 停电"), ("none, zh", "火星"),
             ("frequent, en", "queue"), ("two words, en", "hotline leak"), ("code", "r-0042"))  # fmt: skip
    return [Asked(f"search: {name}", f"/risks/?q={quote(word)}", SEARCH_MS) for name, word in words]


def endpoints(of: Mapping[str, object]) -> list[Asked]:
    named = {
        "risks": "/risks", "risks, search": "/risks?q=queue", "risk": f"/risks/{of['risk']}",
        "assessments of a risk": f"/risks/{of['risk']}/assessments", "risk counts": "/risk-counts",
        "matrix": "/matrix", "candidates": "/candidates", "workshops": "/workshops",
        "processes": "/processes", "process": f"/processes/{of['process']}", "runs": "/runs",
        "run": f"/runs/{of['run']}",
        "people": "/people", "units": "/units", "audit": "/audit",
        "audit, nothing found": "/audit?result=failed", "me": "/me",
    }  # fmt: skip
    return [Asked(f"API {name}", f"/api/v1{path}") for name, path in named.items()]
