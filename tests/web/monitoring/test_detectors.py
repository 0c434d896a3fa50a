"""Indicators with a detector: it watches, says why it fired, and is tried on the kept readings first."""

from typing import Any

import numpy as np
import pytest

from anlan.web.monitoring.models import Alert, Indicator, Series
from anlan.web.monitoring.services.indicators import create_indicator
from anlan.web.monitoring.services.usual import refit
from anlan.web.readings.models import Reading, Usual
from web.monitoring.conftest import BEGIN, row, send

EWMA = {"unit": "number", "grain_s": 600,
        "detector": {"kind": "ewma", "centre": 100, "spread": 10, "level": "orange"}}  # fmt: skip


def _indicator(organisation: Any, document: dict[str, Any]) -> Indicator:
    return create_indicator(organisation.north, name="排队人数", name_en="Queue", document=document,
                            actor=organisation.people["risk_manager"])  # fmt: skip


@pytest.mark.parametrize(
    ("language", "why"), [("zh-hans", "加权均值高于界限"), ("en", "the weighted mean is above its limit")]
)
def test_a_detector_fires_and_says_why(organisation: Any, language: str, why: str) -> None:
    found = _indicator(organisation, EWMA)
    for place, value in enumerate([100, 101, 130, 130, 130]):
        send(organisation, [row(found, place, value)])
    alert = Alert.objects.get()
    assert (alert.level, alert.threshold) == (3, None)
    client = organisation.client("duty_officer", language=language)
    assert why in client.get(f"/monitoring/alerts/{alert.code}/").content.decode()
    page = client.get(f"/monitoring/indicators/{found.code}/").content.decode()
    assert "EWMA" in page


def test_a_usual_week_is_fitted_and_then_judges(organisation: Any) -> None:
    found = _indicator(organisation, {
        "unit": "number", "grain_s": 3600, "detector": {"kind": "seasonal", "levels": {"yellow": 5}},
    })  # fmt: skip
    series = Series.objects.create(indicator=found, unit=organisation.north)
    first = BEGIN - 3600 * 24 * 28
    noise = np.random.default_rng(2).normal(0, 2, 24 * 28)
    Reading.objects.bulk_create(
        Reading(series=series.pk, at=(first + 3600 * i) * 1_000_000, value=100 + 40 * (i % 24 > 8) + e,
                source="test", received=0)
        for i, e in enumerate(noise.tolist())
    )  # fmt: skip
    now = BEGIN * 1_000_000
    assert refit(now=now) == 1
    assert refit(now=now) == 0
    assert Usual.objects.get().n == len(noise)
    answer = send(organisation, [row(found, 0, 140)])
    assert (answer.accepted, Alert.objects.get().level) == (1, 2)
    assert Alert.objects.get().steps.get().parameters["reason"] == "seasonal_above"
    assert refit(now=now + 90_000_000_000) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_form_tries_a_detector_before_it_is_kept(organisation: Any, language: str) -> None:
    found = _indicator(organisation, EWMA)
    values = np.random.default_rng(3).normal(100, 10, 300).tolist()
    values[150:155] = [170.0] * 5
    send(organisation, [row(found, place, value) for place, value in enumerate(values)])
    client = organisation.client("risk_manager", language=language)
    sent = {"name": "排队人数", "kind": "kri", "measure": "number", "direction": "higher_worse",
            "grain": "600", "detector": "chart", "centre": "100", "spread": "10", "rules": "nhs",
            "detector_level": "red", "seen": str(found.version)}  # fmt: skip
    address = f"/monitoring/indicators/{found.code}/edit/"
    page = client.post(address, sent | {"try": "1"})
    assert page.status_code == 200
    tried = page.context["tried"][0][0]
    assert tried.n == 300
    assert any(each.begin_us == (BEGIN + 600 * 150) * 1_000_000 for each in tried.result.alerts)
    expected = page.context["expected"]
    assert 0 < expected.low < expected.estimate < expected.high
    found.refresh_from_db()
    assert found.number == 1
    kept = client.post(address, sent | {"reason": "换成控制图"})
    assert kept.status_code == 302
    found.refresh_from_db()
    assert found.document["detector"] == {
        "kind": "chart", "centre": 100.0, "spread": 10.0, "rules": "nhs", "level": "red",
    }  # fmt: skip
    again = client.get(address).content.decode()
    assert 'value="chart" selected' in again
    refused = client.post(address, sent | {"spread": "", "try": "1"})
    assert refused.status_code == 422
