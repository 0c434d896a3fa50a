"""Indicators computed from others: readings, late and corrected ones, what follows of what, pages and API."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.web.monitoring.models import Alert, Indicator, Series
from anlan.web.monitoring.services import calculating, watching
from anlan.web.monitoring.services.indicators import change_indicator, create_indicator
from anlan.web.monitoring.services.trying_formulas import try_formula
from anlan.web.monitoring.services.watching import watch
from anlan.web.readings.models import Quarantined, Reading, Superseded, Touched
from anlan.web.runs.models import Lease
from web.monitoring.conftest import BEGIN, row, send

pytestmark = pytest.mark.django_db(databases=["default", "readings"], transaction=True)


def made(organisation: Any, unit: str, formula: str = "", **more: Any) -> Indicator:
    document = {"unit": unit, "grain_s": 600} | ({"formula": formula} if formula else {}) | more
    return create_indicator(
        organisation.north, name=formula or unit, document=document,
        actor=organisation.people["risk_manager"],
    )  # fmt: skip


def values(found: Indicator) -> dict[int, float | None]:
    """Value by number of the period."""
    series = Series.objects.filter(indicator=found, key="").first()
    rows = Reading.objects.filter(series=series.pk if series else 0).order_by("at")
    return {(at // 1_000_000 - BEGIN // 600 * 600) // 600: v for at, v in rows.values_list("at", "value")}


@pytest.fixture
def shares(organisation: Any) -> tuple[Indicator, Indicator, Indicator]:
    """Late cases, all cases, and the share of late ones of at least 10."""
    late, every = made(organisation, "cases"), made(organisation, "cases")
    share = made(organisation, "share", f"ratio({late.code}, {every.code}, 10)")
    watch()
    return late, every, share


def test_a_reading_comes_of_readings_and_a_correction_is_followed(organisation: Any, shares: Any) -> None:
    late, every, share = shares
    send(organisation, [row(late, 0, 3), row(every, 0, 30), row(late, 1, 3), row(every, 1, 9)])
    assert values(share) == {0: 0.1}
    own = Reading.objects.get(series=share.series.get().pk)
    assert (own.source, own.n, own.quality) == ("formula", 30, Reading.Quality.GOOD)
    send(organisation, [row(late, 0, 6)])
    assert values(share) == {0: 0.2}
    assert Superseded.objects.get(series=own.series).value == 0.1
    send(organisation, [row(every, 0, None)])
    assert values(share) == {0: None}
    send(organisation, [row(every, 1, 10), row(every, 0, 30)])
    assert values(share) == {0: 0.2, 1: 0.3}


def test_any_order_of_readings_gives_the_readings_of_one_batch(organisation: Any) -> None:
    source = made(organisation, "s")
    formulas = [made(organisation, "s", text.format(source.code)) for text in (
        "{0} - lag({0}, 20 min)", "mean({0} over 30 min)", "max({0} over 1 h) - min({0} over 1 h)",
    )]  # fmt: skip
    order = [3, 0, 7, 1, 2, 6, 4, 5]
    for place in order:
        send(organisation, [row(source, place, float((place * 7) % 5))])
    piecewise = [values(each) for each in formulas]
    again = [made(organisation, "s", each.document["formula"]) for each in formulas]
    watch()
    assert piecewise == [values(each) for each in again]
    assert piecewise[0] == {p: float((p * 7) % 5 - ((p - 2) * 7) % 5) for p in range(2, 8)}
    assert [len(each) for each in piecewise[1:]] == [8, 8]


def test_a_day_is_computed_once_it_is_over_even_when_its_last_reading_never_came(organisation: Any) -> None:
    source = made(organisation, "cases", grain_s=3600)
    day = made(organisation, "cases", source.code, grain_s=86_400)
    first = 1_795_017_600  # midnight in Shanghai
    readings = [
        {"indicator": source.code, "unit": "N", "at": first + 3600 * h, "value": 1} for h in range(26)
    ]
    for each in (*readings[:22], readings[24]):
        send(organisation, [each])
        own = Reading.objects.filter(series__in=list(day.series.values_list("pk", flat=True)))
        assert list(own.values_list("value", flat=True)) == ([22.0] if each is readings[24] else [])
    send(organisation, [readings[23]])
    assert Reading.objects.get(series=day.series.get().pk).value == 23.0
    assert Superseded.objects.filter(series=day.series.get().pk).count() == 1


def test_what_depends_on_a_formula_follows_and_alerts(organisation: Any, shares: Any) -> None:
    late, every, share = shares
    limits = [{"level": "red", "fire": 0.5}]
    twice = made(organisation, "share", f"2 * {share.code}", limits=limits)
    watch()
    send(organisation, [row(late, 0, 9), row(every, 0, 30)])
    assert values(twice) == {0: 0.6}
    assert Alert.objects.get(indicator=twice).level == 4


def test_a_new_or_changed_formula_is_computed_over_what_is_kept_and_opens_no_alert(organisation: Any) -> None:
    source = made(organisation, "s")
    send(organisation, [row(source, place, 100.0 + place) for place in range(3)])
    limits = [{"level": "red", "fire": 50}]
    found = made(organisation, "s", f"{source.code} * 2", limits=limits)
    after = made(organisation, "s", f"{found.code} + 1 s")
    watch()
    assert (values(found), values(after)) == ({0: 200, 1: 202, 2: 204}, {0: 201, 1: 203, 2: 205})
    change_indicator(
        found, seen=found.version, actor=organisation.people["risk_manager"], reason="三倍",
        document=found.document | {"formula": f"{source.code} * 3"},
    )  # fmt: skip
    watch()
    assert (values(found), values(after)) == ({0: 300, 1: 303, 2: 306}, {0: 301, 1: 304, 2: 307})
    assert not Alert.objects.exists()
    assert found.versions.count() == 2
    send(organisation, [row(source, 3, 103.0)])
    assert Alert.objects.get().indicator == found


def test_a_paused_formula_is_computed_when_it_is_taken_up_again(organisation: Any, shares: Any) -> None:
    late, every, share = shares
    actor = organisation.people["risk_manager"]
    share = change_indicator(share, seen=share.version, actor=actor, status="paused")
    send(organisation, [row(late, 0, 3), row(every, 0, 30)])
    assert values(share) == {}
    change_indicator(share, seen=share.version, actor=actor, status="active")
    watch()
    assert values(share) == {0: 0.1}


def test_a_process_killed_before_the_watch_has_noted_it_loses_nothing(
    organisation: Any, shares: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, every, share = shares

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    for module, name in ((calculating, "take"), (watching, "_keep")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, killed)
            with pytest.raises(KeyboardInterrupt):
                send(organisation, [row(late, 0, 3), row(every, 0, 30)])
        assert Touched.objects.exists()
        Lease.objects.filter(name=watching.SEAT).delete()
    watch()
    assert values(share) == {0: 0.1}
    assert not Superseded.objects.exists()
    assert not Touched.objects.exists()


def test_a_value_beyond_what_is_believed_counts_as_missing(organisation: Any) -> None:
    source = made(organisation, "s")
    found = made(organisation, "s", f"{source.code} * 2", highest=100)
    watch()
    send(organisation, [row(source, 0, 40), row(source, 1, 60)])
    assert values(found) == {0: 80.0}


def test_a_formula_takes_no_reported_reading(organisation: Any, shares: Any) -> None:
    share = shares[2]
    assert send(organisation, [row(share, 0, 0.5)]).quarantined == 1
    assert Quarantined.objects.get().code == "monitor.row.formula"
    assert values(share) == {}


def test_cycles_are_named_and_formulas_in_use_are_kept_whole(organisation: Any, shares: Any) -> None:
    late, _, share = shares
    actor = organisation.people["risk_manager"]
    with pytest.raises(RefusedInput) as refused:
        change_indicator(late, seen=late.version, actor=actor, reason="x",
                         document=late.document | {"formula": f"{share.code} * 3 cases"})  # fmt: skip
    assert refused.value.code == "formula.cycle"
    assert refused.value.parameters["way"] == f"{late.code} → {share.code} → {late.code}"
    with pytest.raises(UsageError) as used:
        change_indicator(late, seen=late.version, actor=actor, reason="x",
                         document=late.document | {"unit": "s"})  # fmt: skip
    assert (used.value.code, used.value.parameters["codes"]) == ("formula.used", (share.code,))


def test_what_a_person_may_not_see_may_not_be_named(organisation: Any) -> None:
    hidden = create_indicator(
        organisation.south, name="x", document={"unit": "s"}, actor=organisation.outsider
    )
    for code in (hidden.code, "KI-9999"):
        with pytest.raises(AnlanError) as refused:
            made(organisation, "s", f"{code} * 2")
        assert (refused.value.code, refused.value.parameters["place"]) == ("formula.unknown", 1)


def test_trying_a_formula_keeps_nothing(organisation: Any, shares: Any) -> None:
    late, every, _ = shares
    send(organisation, [row(late, 0, 3), row(every, 0, 30)])
    before = Reading.objects.count()
    document = {"unit": "share", "grain_s": 600, "formula": f"{late.code} / {every.code}"}
    tried = try_formula(document, organisation.north, actor=organisation.people["risk_manager"])
    assert [found.value for _, found in tried.results] == [0.1]
    assert Reading.objects.count() == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_checks_as_one_types(organisation: Any, shares: Any, client: Client, language: str) -> None:
    late, every, share = shares
    send(organisation, [row(late, 0, 3), row(every, 0, 30)])
    client.force_login(organisation.people["risk_manager"])
    client.cookies["language"] = language
    asked = {"formula": f"{late.code} / {every.code}", "measure": "share", "grain": "600", "unit": "N"}
    fits = client.post(reverse("monitoring:check_formula"), asked).content.decode()
    assert "<svg" in fits
    assert "10" in fits
    wrong = client.post(reverse("monitoring:check_formula"), asked | {"formula": "KI-1 +"}).content.decode()
    assert 'role="alert"' in wrong
    assert re.search(r"<mark></mark>", wrong)
    page = client.get(reverse("monitoring:edit_indicator", args=[share.code])).content.decode()
    assert share.document["formula"] in page
    assert late.code in page
    shown = client.get(reverse("monitoring:indicator", args=[share.code])).content.decode()
    assert share.document["formula"] in shown


def test_the_api_checks_a_formula(organisation: Any, shares: Any, client: Client) -> None:
    late, every, _ = shares
    send(organisation, [row(late, 0, 3), row(every, 0, 30)])
    client.force_login(organisation.people["risk_manager"])
    given = {"formula": f"{late.code} / {every.code}", "measure": "share", "grain_s": 600, "unit": "N"}
    address = "/api/v1/indicators/check-formula"
    answer = client.post(address, json.dumps(given), content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["items"][0]["value"] == 0.1
    assert answer.json()["inputs"] == sorted([late.code, every.code])
    wrong = client.post(address, json.dumps(given | {"measure": "s"}), content_type="application/json")
    assert wrong.status_code == 422
    assert "formula.result" in wrong.content.decode()
