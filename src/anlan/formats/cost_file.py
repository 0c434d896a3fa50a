"""Cost rates from a TOML file. Only rates that are written are used; none is invented.

    currency = "CNY"              # ISO 4217, in any case
    customer_minute = 0.8         # value of a minute a customer loses (optional)
    staff_minute = 1.5            # a minute of staff work (optional)
    person_day = 720              # a person-day spent on a measure (optional)

At least one rate is needed. Without `customer_minute` losses stay in customer minutes; without
`person_day` measures are costed, and a budget is given, in person-days.
"""

from pathlib import Path

from anlan.domain.costs import Costs
from anlan.domain.errors import RefusedInput
from anlan.formats.currencies import CURRENCIES, likely_currency
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.settings_file import Table, read_settings

RATES = ("customer_minute", "staff_minute", "person_day")

SMALLEST_RATE, LARGEST_RATE = 1e-6, 1e12
"""Between a millionth of a currency's unit and a million million units: no rate is outside."""


def load_costs(path: Path | SettingsBytes) -> Costs:
    """The rates of a file, with all its faults reported at once."""
    faults: list[str] = []
    table = Table(read_settings(path), faults)
    table.only(("currency", *RATES))
    currency = table.text("currency")
    if currency.upper() in CURRENCIES:
        currency = currency.upper()
    elif currency:
        likely = likely_currency(currency)
        table.fault("currency", f'→ "{likely}"' if likely else "")
    rates = {name: table.number(name, smallest=SMALLEST_RATE, largest=LARGEST_RATE) for name in RATES}
    if not any(name in table for name in RATES):
        faults.append(" / ".join(RATES))
    if faults:
        raise RefusedInput("costs.faults", file=path.name, faults=tuple(faults))
    return Costs(currency, **rates)
