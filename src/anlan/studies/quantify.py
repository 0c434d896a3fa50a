"""The `risks`, `portfolio` and `criteria` parts of a result."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from anlan.domain.criteria import Criteria, Scale
from anlan.domain.finding import Finding
from anlan.domain.intake import Intake
from anlan.domain.risk import Portfolio, Risk
from anlan.formats.messages import in_both_languages, messages
from anlan.studies.numbers import Clock, finite, interval, iso, optional

STATISTICS = ("mean", "p05", "p50", "p90", "p95", "p99", "cvar95")


def statement(finding: Finding, *, clock: Clock) -> dict[str, str]:
    """The finding's sentence in both languages, times told by `clock`; a finder with several sentences
    names the one."""
    key = str(finding.parameters.get("statement", finding.code))
    return in_both_languages(f"findings.{key}", **clock.said(_parameters(finding)))


def titles(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Short names in both languages, no two alike: findings of one name are told apart by detail and
    nodes, which no two findings of a kind share."""
    plain = [_title(finding) for finding in findings]
    often = Counter(text for title in plain for text in title.values())
    return [
        title
        if all(often[text] == 1 for text in title.values())
        else {language: f"{text} ({_place(finding, language)})" for language, text in title.items()}
        for title, finding in zip(plain, findings, strict=True)
    ]


def _title(finding: Finding) -> dict[str, str]:
    """The title of the finding's own sentence where there is one, else that of its kind."""
    key = f"finding_titles.{finding.parameters.get('statement', finding.code)}"
    known = key if key in messages("en") else f"finding_titles.{finding.code}"
    return in_both_languages(known, **_parameters(finding))


def _place(finding: Finding, language: str) -> str:
    detail = group_of(finding, language) or finding.detail
    return ", ".join(text for text in (detail, *finding.nodes) if text)


def group_of(finding: Finding, language: str) -> str:
    """The group of cases a finding is about, in words; empty where it is about none."""
    column, value = finding.parameters.get("column"), finding.parameters.get("value")
    if not column or value is None:
        return ""
    return messages(language).text("group.value", column=column, value=value)


def _parameters(finding: Finding) -> dict[str, Any]:
    return {"nodes": finding.nodes, "detail": finding.detail, **finding.parameters}


def risks_section(risks: Sequence[Risk], *, clock: Clock) -> list[dict[str, Any]]:
    """All risks in their order; times in texts are told by `clock`."""
    named = titles([risk.finding for risk in risks])
    return [_risk(risk, title=title, clock=clock) for risk, title in zip(risks, named, strict=True)]


def _risk(risk: Risk, *, title: dict[str, str], clock: Clock) -> dict[str, Any]:
    """One risk with its evidence, numbers and words."""
    finding = risk.finding
    return {
        "id": risk.id,
        "code": finding.code,
        "category": finding.category,
        "nodes": list(finding.nodes),
        "detail": finding.detail,
        "title": title,
        "statement": statement(finding, clock=clock),
        "evidence": evidence_section(finding),
        "frequency_per_1000_cases": interval(risk.frequency_per_1000_cases),
        "frequency_per_year": interval(risk.frequency_per_year),
        "severity": _severity(risk),
        "annual_loss": {
            "mean": finite(risk.annual_loss.estimate),
            "interval": interval(risk.annual_loss),
            "p95": finite(risk.annual_loss_p95),
            "gross_mean": finite(risk.gross_annual_loss),
            "counted": risk.annual_loss.estimate > 0,
        },
        "index": {
            "likelihood": risk.index.likelihood,
            "severity": risk.index.severity,
            "value": risk.index.value,
            "level": risk.index.level,
            "likelihood_value": finite(risk.index.likelihood_value),
            "severity_value": optional(risk.index.severity_value),
        },
        "controllability": dict(risk.controllability),
        "overlaps": list(risk.overlaps),
        "notes": [words(code) for code in (*finding.notes, *risk.notes)],
    }


def words(code: str) -> dict[str, str]:
    """The text of a note code in both languages."""
    return in_both_languages(f"notes.{code}" if f"notes.{code}" in messages("en") else code)


def evidence_section(finding: Finding) -> dict[str, Any]:
    """Counts, rate, effect, test and lost minutes of a finding."""
    return {
        "count": finding.count,
        "exposure": finding.exposure,
        "exposure_unit": finding.exposure_unit,
        "exposure_cases": finding.exposure_cases,
        "affected_cases": len(finding.affected),
        "open_cases": finding.open_cases,
        "period_days": finite(finding.period_days),
        "rate": interval(finding.rate),
        "effect": {
            "kind": finding.effect.kind,
            "size": interval(finding.effect.size),
            "minimum": finite(finding.effect.minimum),
        },
        "p": optional(finding.p),
        "q": optional(finding.q),
        "suspected": finding.suspected,
        "case_ids": list(finding.case_ids),
        "delay_min": finite(finding.delay_min.sum()),
    }


def _severity(risk: Risk) -> dict[str, Any]:
    severity = risk.severity
    known = severity.n > 0
    return {
        "kind": severity.kind,
        "parameters": {name: finite(value) for name, value in severity.parameters.items()},
        "mean": finite(severity.mean) if known else None,
        "median": finite(severity.median) if known else None,
        "p95": finite(severity.p95) if known else None,
        "n": severity.n,
        "choice": in_both_languages(f"severity_choice.{severity.choice}"),
    }


def portfolio_section(
    portfolio: Portfolio, *, zone: str, share_of_recorded_time: float | None
) -> dict[str, Any]:
    """The year's total loss, its uncertainties, the window it was measured in (times in `zone`), and what
    part of all recorded case time the counted minutes are."""
    return {
        "unit": portfolio.unit,
        **{name: finite(getattr(portfolio, name)) for name in STATISTICS},
        "simulated_mean": finite(portfolio.simulated_mean),
        "expectation": interval(portfolio.expectation),
        "simulation_errors": {name: finite(value) for name, value in portfolio.simulation_errors.items()},
        "common_factor": {
            "relative_sd": finite(math.sqrt(portfolio.common_variance)),
            "weeks": portfolio.weeks,
        },
        "intake": _intake(portfolio.intake, zone),
        "curve": [[finite(loss), finite(probability)] for loss, probability in portfolio.curve],
        "years": portfolio.years,
        "share_of_recorded_time": optional(share_of_recorded_time),
    }


def _intake(intake: Intake | None, zone: str) -> dict[str, Any] | None:
    if intake is None:
        return None
    return {
        "first": iso(intake.first_us, zone),
        "last": iso(intake.last_us, zone),
        "days": finite(intake.days),
        "cases_per_year": finite(intake.cases_per_year),
    }


def criteria_section(criteria: Criteria) -> dict[str, Any]:
    """The criteria in force, so that every level can be followed back."""
    return {
        "version": criteria.version,
        "likelihood": _scale(criteria.likelihood),
        "severity": _scale(criteria.severity),
        "levels": [
            {
                "code": level.code,
                "name": {"zh": level.name_zh, "en": level.name_en},
                "colour": level.colour,
                "report_within_hours": optional(level.report_within_hours),
            }
            for level in criteria.levels
        ],
        "cells": [list(row) for row in criteria.cells],
        "assumptions": list(criteria.assumptions),
    }


def _scale(scale: Scale) -> dict[str, Any]:
    return {
        "unit": scale.unit,
        "bounds": list(scale.bounds),
        "labels": [{"zh": zh, "en": en} for zh, en in zip(scale.labels_zh, scale.labels_en, strict=True)],
    }
