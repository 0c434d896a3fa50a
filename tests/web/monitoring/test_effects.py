"""An alert as evidence on a risk: proposed, taken as an assessment or declined, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.monitoring.models import Alert
from anlan.web.monitoring.services.evidence import decline, proposals_of, take
from anlan.web.monitoring.services.handling import do
from anlan.web.monitoring.services.indicators import change_indicator
from anlan.web.project.selectors import live
from anlan.web.risks.models import Assessment, Risk
from anlan.web.risks.services import create_risk
from anlan.web.risks.services.estimating import Given, assess_by_estimate
from web.monitoring.conftest import BEGIN, an_indicator, row, send


def _fired(organisation: Any, *, assessed: bool = True, days: int = 100) -> tuple[Alert, Risk]:
    """An alert of an indicator that has watched `days` since the risk was assessed."""
    manager = organisation.people["risk_manager"]
    risk = create_risk(unit=organisation.north, title="等候过久", category="process", source="report",
                       actor=manager)  # fmt: skip
    if assessed:
        known = {"low": 6, "likely": 15, "high": 30}
        given = Given("three_point", known, {"low": 20, "likely": 60, "high": 240}, cases_per_year=6000.0,
                      severity_score=3)  # fmt: skip
        assess_by_estimate(risk, given, stage="current", rationale="r", actor=manager)
        Assessment.objects.update(prepared_at=datetime.fromtimestamp(BEGIN, UTC) - timedelta(days=days + 1))
    found = change_indicator(an_indicator(organisation), seen=1, actor=manager, risks=[risk])
    send(
        organisation, [row(found, place, value) for place, value in ((-144 * days, 300), (0, 600), (1, 600))]
    )
    return Alert.objects.get(), risk


def test_the_posterior_is_proposed_and_taken_as_a_provisional_level(organisation: Any) -> None:
    alert, risk = _fired(organisation)
    manager = organisation.people["risk_manager"]
    (found,) = proposals_of(alert, manager)
    assert found.effect is not None
    assert found.effect.events == 1
    assert found.effect.days == pytest.approx(100, abs=0.02)
    base = risk.assessments.get()
    assert found.effect.before.low == pytest.approx(base.values["frequency_per_year"]["low"], rel=1e-6)
    client = organisation.client("risk_manager")
    page = client.get(f"/monitoring/alerts/{alert.code}/").content.decode()
    assert f"effects/{risk.code}/" in page
    assert f"?evidence={alert.code}" in page
    answer = client.post(f"/monitoring/alerts/{alert.code}/effects/{risk.code}/", {"do": "take"})
    assert answer.status_code == 302
    made = risk.assessments.get(technique="alert")
    assert (made.state, made.stage, made.severity) == ("prepared", "current", base.severity)
    assert made.likelihood_value == pytest.approx(base.likelihood_value * found.effect.ratio)
    assert made.annual_loss == pytest.approx(base.annual_loss * found.effect.ratio)
    assert made.annual_loss_low is None
    risk.refresh_from_db()
    assert risk.provisional
    assert risk.level_current == found.levels[0] == made.level
    assert AuditEvent.objects.filter(action="monitoring.effect.take").count() == 1
    with pytest.raises(UsageError) as refused:
        take(alert, risk, actor=manager)
    assert refused.value.code == "evidence.decided"
    assert str(made.number) in client.get(f"/monitoring/alerts/{alert.code}/").content.decode()


def test_declining_keeps_the_reason_and_no_assessment(organisation: Any) -> None:
    alert, risk = _fired(organisation)
    manager = organisation.people["risk_manager"]
    with pytest.raises(UsageError) as refused:
        decline(alert, risk, reason=" ", actor=manager)
    assert refused.value.code == "evidence.reason"
    decline(alert, risk, reason="演练", actor=manager)
    (found,) = proposals_of(alert, manager)
    assert found.decided is not None
    assert found.decided.reason == "演练"
    assert risk.assessments.count() == 1


def test_a_false_alarm_is_no_evidence(organisation: Any) -> None:
    alert, risk = _fired(organisation)
    manager = organisation.people["risk_manager"]
    alert = do(alert, "false_alarm", seen=alert.version, actor=manager, note="探头坏了")
    (found,) = proposals_of(alert, manager)
    assert (found.effect, found.why) == (None, "no_evidence")
    with pytest.raises(UsageError):
        take(alert, risk, actor=manager)
    assert risk.assessments.count() == 1


def test_without_a_frequency_or_after_a_newer_assessment_nothing_is_computed(organisation: Any) -> None:
    alert, risk = _fired(organisation, assessed=False)
    manager = organisation.people["risk_manager"]
    assert proposals_of(alert, manager)[0].why == "no_frequency"
    page = organisation.client("risk_manager").get(f"/risks/{risk.code}/?evidence={alert.code}")
    assert alert.code in page.content.decode()


def test_an_assessment_made_after_the_alert_knows_of_it(organisation: Any) -> None:
    alert, _ = _fired(organisation)
    Assessment.objects.update(prepared_at=datetime.fromtimestamp(BEGIN, UTC) + timedelta(days=1))
    assert proposals_of(alert, organisation.people["risk_manager"])[0].why == "older"


def test_the_cockpit_asks_for_open_alerts_and_says_how_new_the_data_are(organisation: Any) -> None:
    alert, _ = _fired(organisation)
    manager = organisation.people["risk_manager"]
    shown = live(manager, today=datetime.now(UTC).date())
    assert any(alert.code in item.what for item in shown.todo)
    assert shown.watch is not None
    assert [n for _, n in shown.watch.by_level] == [0, 1, 0, 0]
    assert shown.watch.as_of == datetime.fromtimestamp(alert.last_at / 1e6, UTC)
    client = organisation.client("risk_manager")
    part = client.get("/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert alert.code in part
    assert 'hx-trigger="every 20s"' in part
    assert 'hx-trigger="load, every 20s"' in client.get("/").content.decode()
    other = live(organisation.outsider, today=datetime.now(UTC).date())
    assert not any(alert.code in item.what for item in other.todo)
