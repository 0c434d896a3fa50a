"""Cost rates: what is written and nothing else."""

from pathlib import Path

import pytest

from anlan.domain.costs import Costs
from anlan.domain.errors import RefusedInput
from anlan.formats.cost_file import load_costs
from anlan.formats.currencies import CURRENCIES
from anlan.formats.error_words import error_text


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "costs.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_rates_are_read_as_written_and_absent_ones_stay_unknown(tmp_path: Path) -> None:
    costs = load_costs(_file(tmp_path, 'currency = "CNY"\ncustomer_minute = 0.8\nperson_day = 720\n'))
    assert costs == Costs("CNY", customer_minute=0.8, staff_minute=None, person_day=720.0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("customer_minute = 1", "currency"),
        ('currency = "RMB"\ncustomer_minute = 1', "RMB"),
        ('currency = "人民币"\ncustomer_minute = 1', '→ "CNY"'),
        ('currency = "US$"\ncustomer_minute = 1', '→ "USD"'),
        ('currency = "美金"\ncustomer_minute = 1', '→ "USD"'),
        ('currency = "新台币"\ncustomer_minute = 1', '→ "TWD"'),
        ('currency = "zloty"\ncustomer_minute = 1', '→ "PLN"'),
        ('currency = "UDS"\ncustomer_minute = 1', '→ "USD"'),
        ('currency = "CNY"', "customer_minute"),
        ('currency = "CNY"\ncustomer_minute = 0', "customer_minute"),
        ('currency = "CNY"\ncustomer_minute = -1', "customer_minute"),
        ('currency = "CNY"\ncustomer_minute = nan', "customer_minute"),
        ('currency = "CNY"\ncustomer_minute = inf', "customer_minute"),
        ('currency = "CNY"\ncustomer_minute = true', "customer_minute"),
        ('currency = "CNY"\ncustomer_minute = "1"', "customer_minute"),
        ('currency = "CNY"\ncustomer_minutes = 1\nperson_day = 1', "customer_minutes"),
    ],
)
def test_faults_are_refused_and_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        load_costs(_file(tmp_path, text))
    assert refused.value.code == "costs.faults"
    assert any(fault in entry for entry in refused.value.parameters["faults"])


def test_a_code_in_small_letters_is_unmistakable(tmp_path: Path) -> None:
    assert load_costs(_file(tmp_path, 'currency = "cny"\ncustomer_minute = 1')).currency == "CNY"


@pytest.mark.parametrize("written", ["thaler", "kroner", "X", "¥", "RBM"])
def test_where_no_currency_is_close_none_is_proposed(tmp_path: Path, written: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        load_costs(_file(tmp_path, f'currency = "{written}"\ncustomer_minute = 1'))
    assert not any("→" in entry for entry in refused.value.parameters["faults"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refused_currency_says_what_to_write(tmp_path: Path, language: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        load_costs(_file(tmp_path, 'currency = "人民币"\ncustomer_minute = 1'))
    said = error_text(refused.value, language)
    assert '→ "CNY"' in said
    assert 'currency = "CNY"' in said


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput) as refused:
        load_costs(_file(tmp_path, 'currency = "XXX"\ncustomer_minute = -1\nperson_day = "a"\nother = 1'))
    assert len(refused.value.parameters["faults"]) == 4


def test_currency_codes_are_three_capital_letters() -> None:
    assert len(CURRENCIES) > 150
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
