"""An indicator at north with limits, and readings sent as a program sends them."""

import time
from typing import Any

import pytest

from anlan.web.monitoring.models import Alert, Indicator
from anlan.web.monitoring.services.indicators import create_indicator
from anlan.web.monitoring.services.reporting import report
from anlan.web.monitoring.services.watching import watch

DOCUMENT = {
    "kind": "kri", "unit": "s", "direction": "higher_worse", "grain_s": 600, "lowest": 0, "highest": 86_400,
    "limits": [{"level": "orange", "fire": 540, "clear": 450}, {"level": "red", "fire": 720, "clear": 540}],
    "consecutive": 2,
}  # fmt: skip
BEGIN = 1_795_000_000


@pytest.fixture
def waiting(organisation: Any) -> Indicator:
    return an_indicator(organisation)


def an_alert(organisation: Any) -> Alert:
    """An alert of a new indicator that fires at north."""
    found = an_indicator(organisation)
    send(organisation, [row(found, 0, 600), row(found, 1, 600)])
    return Alert.objects.get(indicator=found)


def an_indicator(organisation: Any) -> Indicator:
    return create_indicator(
        organisation.north, name="派单等待时长均值", name_en="Mean wait for dispatch", document=DOCUMENT,
        actor=organisation.people["risk_manager"],
    )  # fmt: skip


def row(
    indicator: Indicator, place: int, value: float | None, *, unit: str = "N", **more: Any
) -> dict[str, Any]:
    """The reading of the period number `place`."""
    return {"indicator": indicator.code, "unit": unit, "at": BEGIN + 600 * place, "value": value} | more


def send(organisation: Any, rows: list[Any], *, key: str = "", who: str = "risk_manager") -> Any:
    """Report readings and look at them."""
    answer = report(rows, actor=organisation.people[who], source="test", key=key, now=time.time_ns() // 1000)
    watch()
    return answer
